#include "runtime/needs.h"

#include <algorithm>
#include <set>

#include "base/escape.h"
#include "base/strings.h"

namespace hermes::runtime {
namespace {

// Whether the second is what the first stands for: "outbound:" for any that begins so.
bool is_one_of(std::string_view needed, std::string_view permission) {
  return needed.ends_with(':') ? permission.starts_with(needed) : permission == needed;
}

bool has_one_of(const std::set<std::string>& permissions, std::string_view needed) {
  return std::ranges::any_of(permissions, [&](const auto& one) { return is_one_of(needed, one); });
}

std::string list(const auto& names, auto quote) {
  std::string text;
  for (const auto& name : names) text += concat(text.empty() ? "" : ", ", quote(name));
  return text;
}

std::string quoted(const std::set<std::string>& names) {
  return list(names, [](const auto& name) { return json_quote(name); });
}

}  // namespace

std::string UnmetNeed::describe(const App& app) const {
  const bool is_any = permission.ends_with(':');
  const auto what = is_any ? concat("a permission '", permission, "host'")
                           : concat("the permission '", permission, "'");
  const auto begin =
      concat("module '", module, "' imports ", list(imports, [](const auto& name) { return name; }),
             imports.size() == 1 ? ", which needs " : ", which need ", what);
  if (!is_asked_for) {
    return concat(begin, ", for which its app.json does not ask (\"permissions\": [\"", permission,
                  is_any ? "host" : "", "\"]): each call of it is refused");
  }
  auto granted = app.permissions;
  for (const auto& one : app.denied.permissions) {
    if (is_one_of(permission, one)) granted.insert(one);
  }
  return concat(begin, ": the app asks for it and was not granted it; to grant it, write into the ",
                "configuration: [apps.", json_quote(app.id), "] permissions = [", quoted(granted),
                "]");
}

std::vector<UnmetNeed> unmet_needs(const App& app, const ModuleId& module,
                                   std::span<const std::string> imports,
                                   std::span<const Need> needs) {
  std::vector<UnmetNeed> unmet;
  for (const auto& need : needs) {
    if (has_one_of(app.permissions, need.permission)) continue;
    if (std::ranges::find(imports, need.import) == imports.end()) continue;
    const auto same = std::ranges::find(unmet, need.permission, &UnmetNeed::permission);
    if (same != unmet.end()) {
      same->imports.emplace_back(need.import);
    } else {
      unmet.push_back({module,
                       {std::string(need.import)},
                       std::string(need.permission),
                       has_one_of(app.denied.permissions, need.permission)});
    }
  }
  return unmet;
}

}  // namespace hermes::runtime
