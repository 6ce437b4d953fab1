#include "package/app_package.h"

#include <string>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "base/strings.h"
#include "package/app_directory.h"
#include "package/module_package.h"
#include "package/web_variants.h"
#include "vfs/directory.h"

namespace hermes::package {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kModules = "modules";
constexpr std::string_view kMeta = "META";

Result<> check_free(const Manifest::Path& path) {
  const auto first = split_once(path.path, '/').first;
  if (first != kModules && first != kMeta && path.path != "app.json") return {};
  return path.place->error(concat("packages keep '", first, "' for themselves"));
}

// A component, or a package of a module that is whole, and which takes the app's configuration.
Result<std::string> read_source(const Manifest::Module& module, const fs::path& directory,
                                std::size_t component_bytes) {
  const auto& [path, place] = module.component;
  auto content = read_component(directory, path, component_bytes);
  if (!content) return place->error(content.error().message());
  if (!is_module_package(path)) return content;
  const auto package = open_package(*content);
  if (!package) return place->error(package.error().message());
  const auto packaged = read_module(*package, component_bytes).context(concat("'", path, "'"));
  if (!packaged) return place->error(packaged.error().message());
  TRY(check_config(module, packaged->manifest));
  return content;
}

// They go by their digests. Returns the paths that they have then.
Result<std::vector<std::string>> add_modules(PackagedFiles& files, const Manifest& manifest,
                                             const fs::path& directory,
                                             std::size_t component_bytes) {
  std::vector<std::string> paths;
  for (const auto& module : manifest.modules) {
    auto component = TRY(read_source(module, directory, component_bytes));
    const auto* ending = is_module_package(module.component.path) ? ".hmod" : ".wasm";
    auto path = concat(kModules, "/", to_hex(sha256(component)), ending);
    paths.push_back(path);
    files.try_emplace(std::move(path), PackagedFile{.content = std::move(component)});
  }
  return paths;
}

Result<> add_files(PackagedFiles& files, const std::optional<Manifest::Path>& path,
                   const fs::path& directory) {
  if (!path) return {};
  TRY(check_free(*path));
  const auto added = add_directory(files, directory, path->path);
  if (!added) return path->place->error(added.error().message());
  return {};
}

Result<> add_icon(PackagedFiles& files, const std::optional<Manifest::Path>& icon,
                  const fs::path& directory) {
  if (!icon) return {};
  TRY(check_free(*icon));
  const auto tree = TRY(vfs::open_directory(directory));
  if (const auto found = tree->open(icon->path); !found) {
    return icon->place->error(found.error().message());
  }
  files[icon->path] = {.source = directory / icon->path};
  return {};
}

}  // namespace

std::string with_components(const Manifest& manifest, const std::vector<std::string>& paths) {
  const auto text = manifest.document.root().text();
  std::string changed;
  std::size_t at = 0;
  for (std::size_t i = 0; i < manifest.modules.size(); ++i) {
    const auto& module = manifest.modules[i];
    const auto old = module.component.place->text();
    const auto begin = static_cast<std::size_t>(old.data() - text.data());
    changed += concat(text.substr(at, begin - at), json_quote(paths[i]));
    if (!module.has_id) changed += concat(R"(, "id": )", json_quote(module.id));
    at = begin + old.size();
  }
  return concat(changed, text.substr(at), "\n");
}

Result<Packaged> package_app(const fs::path& directory, const fs::path& output,
                             const runtime::CallLimits& allowed, std::size_t component_bytes,
                             Progress progress) {
  const auto manifest = TRY(read_manifest(directory, allowed));
  PackagedFiles files;
  const auto paths = TRY(add_modules(files, manifest, directory, component_bytes));
  TRY(add_files(files, manifest.www, directory));
  if (manifest.www) TRY(add_web_variants(files, manifest.www->path));
  TRY(add_files(files, manifest.share, directory));
  for (const auto& module : manifest.modules) TRY(add_files(files, module.share, directory));
  TRY(add_icon(files, manifest.icon, directory));
  files["app.json"] = {.content = with_components(manifest, paths), .plain = true};
  return write_package(Kind::App, files, output, std::move(progress));
}

}  // namespace hermes::package
