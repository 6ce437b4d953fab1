#include "package/grants.h"

#include <algorithm>
#include <utility>

#include "base/escape.h"
#include "base/strings.h"
#include "package/permissions.h"

namespace hermes::package {
namespace {

constexpr std::string_view kDirectory = "local:";

template <typename T>
void lower(T& limit, const std::optional<T>& granted) {
  if (granted) limit = std::min(limit, *granted);
}

std::set<std::string> both(const std::set<std::string>& asked,
                           const std::set<std::string>& granted) {
  std::set<std::string> names;
  std::ranges::set_intersection(asked, granted, std::inserter(names, names.end()));
  return names;
}

std::string list(const std::set<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += concat(text.empty() ? "" : ", ", json_quote(name));
  return text;
}

}  // namespace

void apply_grants(const GrantsOfApps& grants, runtime::App& app) {
  const auto found = grants.find(app.id);
  const auto given = found == grants.end() ? Grants() : found->second;
  const bool trusts_manifest = app.id.starts_with(kDirectory);
  const auto asked = std::exchange(app.permissions, {});
  const auto names = std::exchange(app.hostnames, {});
  app.permissions = !given.permissions && trusts_manifest
                        ? asked
                        : narrow(asked, given.permissions.value_or(std::set<std::string>()));
  app.hostnames = !given.hostnames && trusts_manifest
                      ? names
                      : both(names, given.hostnames.value_or(std::set<std::string>()));
  for (const auto& one : asked) {
    if (!covers(app.permissions, one)) app.denied.permissions.insert(one);
  }
  std::ranges::set_difference(names, app.hostnames,
                              std::inserter(app.denied.hostnames, app.denied.hostnames.end()));
  lower(app.limits.memory, given.memory);
  lower(app.limits.cpu, given.cpu);
  lower(app.limits.wall, given.wall);
  lower(app.limits.calls, given.calls);
  app.storage = given.storage;
  app.weight = given.weight;
}

std::string how_to_grant(const runtime::App& app) {
  const auto& [permissions, hostnames] = app.denied;
  if (permissions.empty() && hostnames.empty()) return "";
  const auto all = [](std::set<std::string> granted, const std::set<std::string>& denied) {
    granted.insert(denied.begin(), denied.end());
    return list(granted);
  };
  auto text = concat("[apps.", json_quote(app.id), "]");
  if (!permissions.empty()) {
    text += concat(" permissions = [", all(app.permissions, permissions), "]");
  }
  if (!hostnames.empty()) text += concat(" hostnames = [", all(app.hostnames, hostnames), "]");
  return text;
}

}  // namespace hermes::package
