#include "cli/removal.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "base/strings.h"
#include "io/remove_tree.h"
#include "p2p/app_tracking.h"
#include "p2p/holdings.h"
#include "package/sha256.h"
#include "runtime/data_directory.h"

namespace hermes::cli {

namespace {

namespace fs = std::filesystem;

// Apps for which the node of IPFS keeps something.
Result<std::set<runtime::AppId>> apps_of_ipfs(const fs::path& home) {
  const auto file = home / "ipfs" / "apps.db";
  std::set<runtime::AppId> apps;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return apps;
  for (auto& app : TRY(TRY(p2p::AppTracking::open(file))->apps())) apps.insert(std::move(app));
  for (auto& pin : TRY(TRY(p2p::Holdings::open(file))->pins())) apps.insert(std::move(pin.app));
  apps.erase("");  // Whoever runs the engine.
  return apps;
}

// All ids of that name that have data.
Result<std::vector<runtime::AppId>> ids_with_data(const fs::path& home, const std::string& name) {
  std::vector<runtime::AppId> ids;
  std::error_code failed;
  for (auto& id : {concat("local:", name), concat("unsigned:", name)}) {
    if (fs::exists(runtime::data_directory(home, id), failed)) ids.push_back(id);
  }
  const auto signed_by = runtime::data_directory(home, concat(name, "@"));
  const auto begin = signed_by.filename().native();
  const auto all = signed_by.parent_path();
  for (fs::directory_iterator entry(all, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const auto file = entry->path().filename().native();
    if (!file.starts_with(begin)) continue;
    const auto author = file.substr(begin.size());
    if (package::from_hex(author)) ids.push_back(concat(name, "@", author));
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    return Error(Code::Denied, concat(all.native(), ": ", failed.message()));
  }
  for (const auto& id : TRY(apps_of_ipfs(home))) {
    const bool is_named_so = id == concat("local:", name) || id == concat("unsigned:", name) ||
                             id.starts_with(concat(name, "@"));
    if (is_named_so && std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

// Its pins, topics and records; the blocks go when room is needed.
Result<> release_of_ipfs(const fs::path& home, const runtime::AppId& app) {
  const auto file = home / "ipfs" / "apps.db";
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return {};
  TRY(TRY(p2p::Holdings::open(file))->release_all(app));
  return TRY(p2p::AppTracking::open(file))->release_all(app);
}

}  // namespace

Result<runtime::AppId> app_with_data(const fs::path& home, const std::string& app) {
  std::error_code ignored;
  // No id is empty, and the directory of none is that of all.
  if (!app.empty() && fs::exists(runtime::data_directory(home, app), ignored)) return app;
  if (TRY(apps_of_ipfs(home)).contains(app)) return app;
  auto ids = TRY(ids_with_data(home, app));
  if (ids.empty()) {
    return Error(Code::NotFound, concat("no app '", app, "' runs on the home ", home.native(),
                                        " or has data there"));
  }
  if (ids.size() == 1) return std::move(ids.front());
  std::ranges::sort(ids);
  std::string list;
  for (const auto& id : ids) list += concat(list.empty() ? "" : ", ", id);
  return Error(Code::InvalidArgument,
               concat("several apps '", app, "' have data; name one by its id: ", list));
}

Result<Removal> remove_data(const std::filesystem::path& home, const runtime::AppId& app,
                            bool purge) {
  Removal removal{.app = app, .data = runtime::data_directory(home, app)};
  std::error_code ignored;
  if (purge && std::filesystem::exists(removal.data, ignored)) {
    removal.bytes = TRY(io::remove_tree(removal.data));
  }
  if (purge) TRY(release_of_ipfs(home, app));
  removal.is_purged = purge;
  return removal;
}

std::string describe(const Removal& removal) {
  return concat(R"({"ok":true,"app":)", json_quote(removal.app), R"(,"data":)",
                json_quote(removal.data.native()), R"(,"purged":)",
                removal.is_purged ? "true" : "false", R"(,"bytes":)", removal.bytes, "}");
}

}  // namespace hermes::cli
