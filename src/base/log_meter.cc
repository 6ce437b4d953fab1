#include "base/log_meter.h"

#include <chrono>

namespace hermes::log {

bool Meter::admit(MonotonicTime now, std::size_t bytes) {
  return state_.with([&](State& state) {
    if (bytes > limits_.bytes_per_record) {
      ++state.dropped.too_long;
      return false;
    }
    if (state.second <= now - std::chrono::seconds(1)) {
      state.second = now;
      state.records = 0;
    }
    if (state.records >= limits_.records_per_second) {
      ++state.dropped.too_many;
      return false;
    }
    ++state.records;
    return true;
  });
}

}  // namespace hermes::log
