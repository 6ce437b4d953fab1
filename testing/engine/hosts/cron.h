#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "base/unique_function.h"
#include "wit/hermes/cron.h"

namespace hermes::testing {

/// hermes:cron as the shapes guest expects it: testing/guests/shapes/README.md.
class CronHost : public wit::cron::Api {
 public:
  using CallContext = wit::cron::CallContext;
  using CronTagged = wit::cron::CronTagged;
  using CronTime = wit::cron::CronTime;

  Result<bool> add(CallContext&, CronTagged, bool retrigger) override { return retrigger; }
  Result<bool> delay(CallContext&, wit::cron::Instant duration, std::string_view tag) override {
    return duration == tag.size();
  }
  Result<std::vector<std::tuple<CronTagged, bool>>> ls(
      CallContext&, std::optional<std::string_view> tag) override {
    if (!tag) return std::vector<std::tuple<CronTagged, bool>>();
    const std::string t(*tag);
    return std::vector<std::tuple<CronTagged, bool>>{{{t, t}, true}, {{"", t}, false}};
  }
  Result<bool> rm(CallContext&, CronTagged entry) override { return entry.when == entry.tag; }
  Result<std::string> mkcron(CallContext&, CronTime dow, CronTime month, CronTime day,
                             CronTime hour, CronTime minute) override {
    std::string text;
    for (const auto* time : {&dow, &month, &day, &hour, &minute}) {
      if (time != &dow) text += ';';
      for (const auto& component : *time) {
        if (&component != time->data()) text += ',';
        text += text_of(component);
      }
    }
    return text;
  }

 private:
  static std::string text_of(const wit::cron::CronComponent& component) {
    using namespace wit::cron::cron_component;
    if (const auto* at = std::get_if<At>(&component)) return std::to_string(at->value);
    if (const auto* range = std::get_if<Range>(&component)) {
      const auto [from, to] = range->value;
      return std::to_string(from) + "-" + std::to_string(to);
    }
    return "*";
  }
};

/// The same, whose `add` does what the test says; on any thread, several at once.
class CronThatAdds final : public CronHost {
 public:
  explicit CronThatAdds(UniqueFunction<Result<bool>()> add) : add_(std::move(add)) {}
  Result<bool> add(CallContext&, CronTagged, bool) override { return add_(); }

 private:
  UniqueFunction<Result<bool>()> add_;
};

}  // namespace hermes::testing
