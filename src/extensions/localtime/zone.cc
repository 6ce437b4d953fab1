#include "extensions/localtime/zone.h"

#include <algorithm>
#include <exception>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/strings.h"

namespace hermes::localtime {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::string_view kFolder = "/usr/share/zoneinfo/";  // Where the date library looks, too.

// An entry that ends later has no end.
constexpr sys_seconds kNoEnd = std::chrono::sys_days(std::chrono::year(20'000) / 1 / 1);

// The last line of a zone's file.
Result<std::string> read_rule(std::string_view zone) {
  const auto path = concat(kFolder, zone);
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!bytes.ends_with('\n')) return Error(Code::Corrupt, concat(path, " is no file of a zone"));
  bytes.pop_back();
  return bytes.substr(bytes.rfind('\n') + 1);
}

// Of the name, or null.
const date::time_zone* find_entry(std::string_view name) {
  const auto& entries = date::get_tzdb().zones;  // They are sorted.
  const auto found = std::ranges::lower_bound(entries, name, {}, [](const date::time_zone& entry) {
    return std::string_view(entry.name());
  });
  return found != entries.end() && found->name() == name ? &*found : nullptr;
}

}  // namespace

Result<Zone> Zone::open(const date::time_zone& entry) {
  const auto text = TRY(read_rule(entry.name()));
  std::optional<YearlyRule> rule;
  if (!text.empty()) rule = TRY(YearlyRule::parse(text).context(entry.name()));
  return Zone(entry, rule);
}

seconds Zone::offset_at(sys_seconds time) const {
  const auto entry = entry_->get_info(time);
  return rule_ && entry.end > kNoEnd ? rule_->offset_at(time) : entry.offset;
}

std::optional<sys_seconds> Zone::when(LocalSeconds local) const {
  // It is between these two, whatever the offset is, and clocks are changed at most once there.
  const sys_seconds as_utc(local.time_since_epoch());
  const auto before = as_utc - offset_at(as_utc - days(1));
  const auto after = as_utc - offset_at(as_utc + days(1));
  for (const auto time : {std::min(before, after), std::max(before, after)}) {
    if (time + offset_at(time) == as_utc) return time;
  }
  return std::nullopt;
}

Result<const Zone*> Zones::find(std::string_view name) {
  const auto known = [&](ByName& zones) -> const Zone* {
    const auto found = zones.find(name);
    return found == zones.end() ? nullptr : found->second.get();
  };
  if (const auto* zone = zones_.with(known)) return zone;
  const auto* entry = find_entry(name);
  if (entry == nullptr) return Result<const Zone*>(nullptr);
  // Without the lock, as it reads a file. Of two who come at once the first has its zone kept.
  auto opened = std::make_unique<const Zone>(TRY(Zone::open(*entry)));
  return zones_.with([&](ByName& zones) -> const Zone* {
    return zones.try_emplace(std::string(name), std::move(opened)).first->second.get();
  });
}

std::string zone_of_machine() {
  try {
    return date::current_zone()->name();
  } catch (const std::exception&) {
    return "UTC";  // As the C library does where nothing is set.
  }
}

}  // namespace hermes::localtime
