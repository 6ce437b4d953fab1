#include "package/app_directory.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/strings.h"
#include "package/manifest.h"
#include "package/module_package.h"
#include "package/store.h"
#include "vfs/directory.h"

namespace hermes::package {
namespace {

constexpr std::size_t kManifestBytes = std::size_t{256} << 10;

Result<std::shared_ptr<const vfs::File>> open_file(const vfs::Tree& tree, std::string_view path,
                                                   std::size_t limit) {
  std::shared_ptr<const vfs::File> file = TRY(tree.open(path));
  if (file->size() <= limit) return file;
  return Error(Code::LimitReached, concat("'", path, "' is larger than ", limit, " bytes"));
}

Result<std::string> read_all(const vfs::File& file) {
  std::string content(file.size(), '\0');
  TRY(file.read(0, std::as_writable_bytes(std::span(content))));
  return content;
}

Result<std::string> read_file(const vfs::Tree& tree, std::string_view path, std::size_t limit) {
  return read_all(*TRY(open_file(tree, path, limit)));
}

// The error points at the manifest, where the path stands.
template <typename T>
Result<T> at(const Manifest::Path& path, Result<T> result) {
  if (result.has_value()) return result;
  return path.place->error(result.error().message());
}

// Of what is in the directory, by the paths from there.
vfs::Digests digests_below(const vfs::Digests& digests, std::string_view directory) {
  const auto prefix = concat(directory, "/");
  vfs::Digests below;
  for (auto at = digests.lower_bound(prefix); at != digests.end() && at->first.starts_with(prefix);
       ++at) {
    below.emplace(at->first.substr(prefix.size()), at->second);
  }
  return below;
}

// The directory that the manifest names, as a tree; null if it names none.
Result<std::shared_ptr<const vfs::Tree>> read_tree(const std::optional<Manifest::Path>& path,
                                                   const std::filesystem::path& directory,
                                                   const vfs::Tree& files,
                                                   const vfs::Digests* digests) {
  std::shared_ptr<const vfs::Tree> tree;
  if (!path) return tree;
  const auto kind = TRY(at(*path, files.kind(path->path)));
  if (kind != vfs::Kind::Directory) {
    return path->place->error(concat("'", path->path, "' is no directory"));
  }
  const auto below = directory / path->path;
  if (digests == nullptr) {
    tree = TRY(at(*path, vfs::open_directory(below)));
  } else {
    tree = TRY(at(*path, vfs::open_fixed_directory(below, digests_below(*digests, path->path))));
  }
  return tree;
}

// What a module shares lies in the store, by the digest of its package.
Result<std::shared_ptr<const vfs::Tree>> install_shared(const Package& package,
                                                        const ModuleManifest& manifest,
                                                        const std::filesystem::path& home) {
  std::shared_ptr<const vfs::Tree> tree;
  if (!manifest.share) return tree;
  if (home.empty()) {
    return Error(Code::InvalidArgument, "its module shares files, for which there is no store");
  }
  const auto store = TRY(Store::open(home));
  const auto files = TRY(store.install(package));
  const auto& share = manifest.share->path;
  tree =
      TRY(vfs::open_fixed_directory(files / share, digests_below(package.file_digests(), share)));
  return tree;
}

Result<runtime::ModuleSource> read_source(const Manifest::Module& module, const vfs::Tree& tree,
                                          std::size_t component_bytes,
                                          const std::filesystem::path& home,
                                          std::optional<ModuleManifest>& packaged_as) {
  const auto& path = module.component.path;
  auto file = TRY(open_file(tree, path, component_bytes));
  if (!is_module_package(path)) {
    runtime::ModuleSource source{module.id, {}, module.config};
    if (file->content().empty()) {
      source.component = TRY(read_all(*file));
    } else {
      source.file = std::move(file);
    }
    return source;
  }
  const auto bytes = TRY(read_all(*file));
  const auto package = TRY(open_package(bytes).context(concat("'", path, "'")));
  auto packaged = TRY(read_module(package, component_bytes).context(concat("'", path, "'")));
  auto shared =
      TRY(install_shared(package, packaged.manifest, home).context(concat("'", path, "'")));
  runtime::ModuleSource source{module.id, std::move(packaged.component),
                               module.config_place ? module.config : packaged.manifest.config,
                               std::move(shared)};
  packaged_as = std::move(packaged.manifest);
  return source;
}

void add_schema(runtime::ModuleSource& source, const std::optional<schema::JsonSchema>& schema) {
  if (!schema) return;
  source.settings_schemas.push_back(std::make_shared<const schema::JsonSchema>(*schema));
}

Result<Manifest> read_manifest(const vfs::Tree& tree, const std::filesystem::path& directory,
                               const runtime::CallLimits& allowed) {
  auto text = TRY(
      read_file(tree, "app.json", kManifestBytes).context(concat("'", directory.string(), "'")));
  return parse_manifest(std::move(text), (directory / "app.json").string(), allowed);
}

}  // namespace

Result<runtime::App> read_app(const std::filesystem::path& directory,
                              const runtime::CallLimits& allowed, std::size_t component_bytes,
                              const Surroundings& surroundings) {
  const auto* digests = surroundings.digests;
  const auto tree = TRY(digests == nullptr ? vfs::open_directory(directory)
                                           : vfs::open_fixed_directory(directory, *digests));
  auto manifest = TRY(read_manifest(*tree, directory, allowed));
  runtime::App app{.id = concat("local:", manifest.name)};
  for (const auto& module : manifest.modules) {
    std::optional<ModuleManifest> packaged_as;
    auto source = TRY(at(module.component, read_source(module, *tree, component_bytes,
                                                       surroundings.home, packaged_as)));
    if (packaged_as) TRY(check_config(module, *packaged_as));
    add_schema(source, module.settings_schema);
    if (packaged_as) add_schema(source, packaged_as->settings_schema);
    source.overrides = TRY(read_tree(module.share, directory, *tree, digests));
    app.modules.push_back(std::move(source));
  }
  app.www = TRY(read_tree(manifest.www, directory, *tree, digests));
  app.share = TRY(read_tree(manifest.share, directory, *tree, digests));
  app.name = std::move(manifest.name);
  app.version = std::move(manifest.version);
  app.permissions = std::move(manifest.permissions);
  app.hostnames = std::move(manifest.hostnames);
  app.log_level = manifest.log_level;
  app.limits = manifest.limits;
  app.manifest = std::move(manifest.document);
  return app;
}

Result<Manifest> read_manifest(const std::filesystem::path& directory,
                               const runtime::CallLimits& allowed) {
  return read_manifest(*TRY(vfs::open_directory(directory)), directory, allowed);
}

Result<std::string> read_component(const std::filesystem::path& directory, const std::string& path,
                                   std::size_t component_bytes) {
  return read_file(*TRY(vfs::open_directory(directory)), path, component_bytes);
}

Result<std::string> read_component(const std::filesystem::path& file, std::size_t component_bytes) {
  const auto directory = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  return read_component(directory, file.filename().string(), component_bytes);
}

}  // namespace hermes::package
