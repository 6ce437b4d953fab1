#include "cli/playground.h"

#include <set>
#include <string>
#include <utility>

#include "base/strings.h"
#include "package/app_directory.h"

namespace hermes::cli {

Result<runtime::App> playground_app(const std::vector<std::filesystem::path>& components,
                                    const Settings& settings) {
  runtime::App app{.id = "local:playground",
                   .name = "playground",
                   .version = "0.0.0",
                   .permissions = {"cron", "shutdown"},
                   .log_level = settings.log.minimum,
                   .limits = settings.engine.call_limits};
  std::set<std::string> taken;
  for (const auto& file : components) {
    const auto stem = file.stem().string();
    auto id = stem;
    for (int number = 2; !taken.insert(id).second; ++number) id = concat(stem, "-", number);
    const auto most = settings.engine.compiler.limits.component;
    auto component = TRY(package::read_component(file, most).context(file.string()));
    app.modules.push_back({id, std::move(component), "{}"});
  }
  return app;
}

}  // namespace hermes::cli
