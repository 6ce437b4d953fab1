#include "runtime/section.h"

namespace hermes::runtime {
namespace {

// By a clock that ticks each millisecond, more than 2 ms pass from the first time to the last.
constexpr int kTimesUntilLong = 3;

}  // namespace

Section::End Section::end_of_long(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  auto expected = number + kRefused;
  return current_.compare_exchange_strong(expected, kNone) ? End::Held : End::Taken;
}

// Whether the section has been met often enough by now.
bool Section::meet(std::uint64_t current) {
  const auto number = current & ~kRefused;
  if (number != met_) {
    met_ = number;
    times_met_ = 0;
  }
  return current != kNone && ++times_met_ >= kTimesUntilLong;
}

Section::Tick Section::refuse(std::uint64_t current) {
  const bool first = (current & kRefused) == 0;
  if (first) held_since_ = std::chrono::steady_clock::now();
  current_ = current | kRefused;
  return first ? Tick::Refused : Tick::Nothing;
}

}  // namespace hermes::runtime
