#include "package/settings.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/escape.h"
#include "base/strings.h"
#include "schema/json_schema.h"

namespace hermes::package {
namespace {

std::string place_of(const runtime::App& app, std::string_view module) {
  return concat("[apps.", json_quote(app.id), ".settings.", json_quote(module), "]: ");
}

std::string ids_of(const runtime::App& app) {
  std::string ids;
  for (const auto& module : app.modules) ids += concat(ids.empty() ? "" : ", ", module.id);
  return ids;
}

void add_line(std::string& reasons, const std::string& line) {
  reasons += concat(reasons.empty() ? "" : "\n", line);
}

}  // namespace

Result<> apply_settings(const GrantsOfApps& grants, runtime::App& app) {
  const auto found = grants.find(app.id);
  const auto settings = found == grants.end() ? Grants().settings : found->second.settings;
  std::string reasons;
  for (const auto& [id, text] : settings) {
    const auto module = std::ranges::find(app.modules, id, &runtime::ModuleSource::id);
    if (module == app.modules.end()) {
      add_line(reasons,
               concat(place_of(app, id), "the app has no such module; it has: ", ids_of(app)));
    } else if (module->settings_schemas.empty()) {
      add_line(reasons, concat(place_of(app, id), "the module takes no settings"));
    } else {
      module->settings = text;
    }
  }
  for (const auto& module : app.modules) {
    for (const auto& schema : module.settings_schemas) {
      const auto wrong = schema->check(module.settings);
      if (!wrong) continue;
      const bool is_set = settings.contains(module.id);
      add_line(reasons, concat(place_of(app, module.id),
                               is_set ? "" : "the module needs settings: ", *wrong));
    }
  }
  if (reasons.empty()) return {};
  return Error(Code::InvalidArgument, concat("settings of app '", app.name, "': ", reasons));
}

}  // namespace hermes::package
