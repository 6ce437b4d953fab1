// Any text either does not parse, or is a schedule whose next minute is ahead and stays the next.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "extensions/cron/schedule.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hermes;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto schedule = cron::Schedule::parse(text);
  if (!schedule) return 0;

  constexpr UtcTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  const auto next = schedule->next_after(kNow);
  if (!next) return 0;
  if (*next <= kNow) std::abort();
  if (schedule->next_after(*next - std::chrono::nanoseconds(1)) != next) std::abort();
  return 0;
}
