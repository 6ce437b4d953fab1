#include "extensions/localtime/localtime.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "extensions/localtime/local_time.h"
#include "wit/hermes/localtime.h"

namespace hermes::localtime {
namespace {

using wit::localtime::CallContext;
using MaybeZone = std::optional<std::string_view>;
using LocalAnswer = Expected<Localtime, Errno>;
using MomentAnswer = Expected<Datetime, Errno>;

class LocaltimeExtension final : public runtime::Extension, public wit::localtime::Api {
 public:
  LocaltimeExtension(Clock& clock, std::string machine)
      : clock_(clock), machine_(std::move(machine)) {}

  std::string_view name() const override { return "localtime"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide<Api>(*this); }

  Result<LocalAnswer> get_localtime(CallContext&, std::optional<Datetime> when,
                                    MaybeZone tz) override {
    const auto* zone = TRY(find(tz));
    if (zone == nullptr) return LocalAnswer(Unexpected(Errno::UnknownTimezone));
    return local_time(when.value_or(now()), *zone);
  }

  Result<LocalAnswer> alt_localtime(CallContext& call, Localtime time, MaybeZone tz) override {
    const auto moment = TRY(get_datetime(call, std::move(time)));
    if (!moment.has_value()) return LocalAnswer(Unexpected(moment.error()));
    return get_localtime(call, *moment, tz);
  }

  Result<MomentAnswer> get_datetime(CallContext&, Localtime time) override {
    const auto clock = clock_time(time);
    if (!clock.has_value()) return MomentAnswer(Unexpected(clock.error()));
    const auto* zone = TRY(find(time.tz));
    if (zone == nullptr) return MomentAnswer(Unexpected(Errno::UnknownTimezone));
    return moment(time, *clock, *zone);
  }

 private:
  Result<const Zone*> find(MaybeZone name) { return zones_.find(name.value_or(machine_)); }

  Datetime now() const {
    const auto since_1970 = clock_.now().utc.time_since_epoch();
    const auto whole = std::chrono::floor<std::chrono::seconds>(since_1970);
    return {static_cast<std::uint64_t>(whole.count()),
            static_cast<std::uint32_t>((since_1970 - whole) / std::chrono::nanoseconds(1))};
  }

  Clock& clock_;
  const std::string machine_;
  Zones zones_;
};

}  // namespace

std::unique_ptr<runtime::Extension> make(Clock& clock, std::string machine) {
  return std::make_unique<LocaltimeExtension>(clock, std::move(machine));
}

}  // namespace hermes::localtime
