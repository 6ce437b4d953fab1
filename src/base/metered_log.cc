#include "base/metered_log.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <tuple>
#include <vector>

#include "base/strings.h"

namespace hermes::log {
namespace {

constexpr auto kSummaryAfter = std::chrono::seconds(1);

std::size_t size_of(const Record& record) {
  auto bytes = record.message.size();
  for (const auto& text : {record.file, record.function, record.context, record.data}) {
    bytes += text ? text->size() : 0;
  }
  return bytes;
}

}  // namespace

MeteredLog::MeteredLog(Log& log, Clock& clock, Limits limits)
    : log_(log), clock_(clock), limits_(limits), summary_(clock.alarm([this] { summarize(); })) {}

MeteredLog::~MeteredLog() {
  summary_.reset();
  summarize();
}

void MeteredLog::write(const Record& record) {
  if (record.app.empty()) return log_.write(record);
  const auto now = clock_.now().monotonic;
  const bool admitted = meters_.with([&](Meters& meters) {
    auto found = meters.find(std::pair(record.app, record.guest));
    if (found == meters.end()) {
      found =
          meters
              .emplace(std::piecewise_construct, std::forward_as_tuple(record.app, record.guest),
                       std::forward_as_tuple(limits_))
              .first;
    }
    return found->second.admit(now, size_of(record));
  });
  if (admitted) return log_.write(record);
  if (!summary_is_set_.exchange(true)) summary_->set(now + kSummaryAfter);
}

// Meters of which nothing is to be said are let go: their apps may be gone.
void MeteredLog::summarize() {
  summary_is_set_ = false;
  std::vector<std::pair<Key, Dropped>> all;
  meters_.with([&](Meters& meters) {
    for (auto meter = meters.begin(); meter != meters.end();) {
      const auto dropped = meter->second.take_dropped();
      if (dropped.total() == 0) {
        meter = meters.erase(meter);
      } else {
        all.emplace_back(meter->first, dropped);
        ++meter;
      }
    }
  });
  for (const auto& [key, dropped] : all) {
    const auto& [app, guest] = key;
    const auto message =
        concat("dropped ", dropped.total(), guest ? " records of app '" : " records about app '",
               app, "': ", dropped.too_many, " past ", limits_.records_per_second, " a second, ",
               dropped.too_long, " longer than ", limits_.bytes_per_record, " bytes");
    log_.write({.level = Level::Warn, .component = "logging", .app = app, .message = message});
  }
}

}  // namespace hermes::log
