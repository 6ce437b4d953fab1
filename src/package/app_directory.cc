#include "package/app_directory.h"

#include <span>
#include <string>
#include <utility>

#include "base/strings.h"
#include "package/manifest.h"
#include "package/module_package.h"
#include "vfs/directory.h"

namespace hermes::package {
namespace {

constexpr std::size_t kManifestBytes = std::size_t{256} << 10;

Result<std::string> read_file(const vfs::Tree& tree, std::string_view path, std::size_t limit) {
  const auto file = TRY(tree.open(path));
  if (file->size() > limit) {
    return Error(Code::LimitReached, concat("'", path, "' is larger than ", limit, " bytes"));
  }
  std::string content(file->size(), '\0');
  TRY(file->read(0, std::as_writable_bytes(std::span(content))));
  return content;
}

// The error points at the manifest, where the path stands.
template <typename T>
Result<T> at(const Manifest::Path& path, Result<T> result) {
  if (result.has_value()) return result;
  return path.place->error(result.error().message());
}

// The directory that the manifest names, as a tree; null if it names none.
Result<std::shared_ptr<const vfs::Tree>> read_tree(const std::optional<Manifest::Path>& path,
                                                   const std::filesystem::path& directory,
                                                   const vfs::Tree& files) {
  std::shared_ptr<const vfs::Tree> tree;
  if (!path) return tree;
  const auto kind = TRY(at(*path, files.kind(path->path)));
  if (kind != vfs::Kind::Directory) {
    return path->place->error(concat("'", path->path, "' is no directory"));
  }
  tree = TRY(at(*path, vfs::open_directory(directory / path->path)));
  return tree;
}

Result<runtime::ModuleSource> read_source(const Manifest::Module& module, const vfs::Tree& tree,
                                          std::size_t component_bytes) {
  const auto& path = module.component.path;
  auto bytes = TRY(read_file(tree, path, component_bytes));
  if (!is_module_package(path)) {
    return runtime::ModuleSource{module.id, std::move(bytes), module.config};
  }
  auto packaged =
      TRY(read_module(TRY(open_package(bytes)), component_bytes).context(concat("'", path, "'")));
  return runtime::ModuleSource{
      module.id, std::move(packaged.component),
      module.has_config ? module.config : std::move(packaged.manifest.config)};
}

Result<Manifest> read_manifest(const vfs::Tree& tree, const std::filesystem::path& directory,
                               const runtime::CallLimits& allowed) {
  auto text = TRY(
      read_file(tree, "app.json", kManifestBytes).context(concat("'", directory.string(), "'")));
  return parse_manifest(std::move(text), (directory / "app.json").string(), allowed);
}

}  // namespace

Result<runtime::App> read_app(const std::filesystem::path& directory,
                              const runtime::CallLimits& allowed, std::size_t component_bytes) {
  const auto tree = TRY(vfs::open_directory(directory));
  auto manifest = TRY(read_manifest(*tree, directory, allowed));
  runtime::App app{.id = concat("local:", manifest.name)};
  for (const auto& module : manifest.modules) {
    app.modules.push_back(TRY(at(module.component, read_source(module, *tree, component_bytes))));
  }
  app.www = TRY(read_tree(manifest.www, directory, *tree));
  app.share = TRY(read_tree(manifest.share, directory, *tree));
  app.files = directory;
  app.name = std::move(manifest.name);
  app.version = std::move(manifest.version);
  app.permissions = std::move(manifest.permissions);
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
