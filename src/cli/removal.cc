#include "cli/removal.h"

#include "base/escape.h"
#include "base/strings.h"
#include "io/remove_tree.h"
#include "runtime/data_directory.h"

namespace hermes::cli {

std::optional<runtime::AppId> app_with_data(const std::filesystem::path& home,
                                            const std::string& app) {
  std::error_code ignored;
  for (const auto& id : {app, concat("local:", app)}) {
    if (std::filesystem::exists(runtime::data_directory(home, id), ignored)) return id;
  }
  return std::nullopt;
}

Result<Removal> remove_data(const std::filesystem::path& home, const runtime::AppId& app,
                            bool purge) {
  Removal removal{.app = app, .data = runtime::data_directory(home, app)};
  std::error_code ignored;
  if (purge && std::filesystem::exists(removal.data, ignored)) {
    removal.bytes = TRY(io::remove_tree(removal.data));
  }
  removal.is_purged = purge;
  return removal;
}

std::string describe(const Removal& removal) {
  return concat(R"({"ok":true,"app":)", json_quote(removal.app), R"(,"data":)",
                json_quote(removal.data.native()), R"(,"purged":)",
                removal.is_purged ? "true" : "false", R"(,"bytes":)", removal.bytes, "}");
}

Error nothing_to_remove(const std::filesystem::path& home, const std::string& app) {
  return {Code::NotFound,
          concat("no app '", app, "' runs on the home ", home.native(), " or has data there")};
}

}  // namespace hermes::cli
