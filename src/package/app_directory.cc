#include "package/app_directory.h"

#include <span>
#include <string>
#include <utility>

#include "base/strings.h"
#include "package/manifest.h"
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

Result<std::shared_ptr<const vfs::Tree>> read_www(const std::filesystem::path& directory,
                                                  const vfs::Tree& tree, const std::string& path) {
  if (TRY(tree.kind(path)) != vfs::Kind::Directory) {
    return Error(Code::InvalidArgument, concat("'", path, "' is no directory"));
  }
  std::shared_ptr<const vfs::Tree> www = TRY(vfs::open_directory(directory / path));
  return www;
}

}  // namespace

Result<runtime::App> read_app(const std::filesystem::path& directory,
                              const runtime::CallLimits& allowed, std::size_t component_bytes) {
  const auto tree = TRY(vfs::open_directory(directory));
  auto text = TRY(
      read_file(*tree, "app.json", kManifestBytes).context(concat("'", directory.string(), "'")));
  auto manifest = TRY(parse_manifest(std::move(text), (directory / "app.json").string(), allowed));
  runtime::App app{.id = concat("local:", manifest.name)};
  for (auto& module : manifest.modules) {
    auto component =
        TRY(at(module.component, read_file(*tree, module.component.path, component_bytes)));
    app.modules.push_back({std::move(module.id), std::move(component), std::move(module.config)});
  }
  if (manifest.www) {
    app.www = TRY(at(*manifest.www, read_www(directory, *tree, manifest.www->path)));
  }
  app.files = directory;
  app.name = std::move(manifest.name);
  app.version = std::move(manifest.version);
  app.permissions = std::move(manifest.permissions);
  app.log_level = manifest.log_level;
  app.limits = manifest.limits;
  app.manifest = std::move(manifest.document);
  return app;
}

Result<std::string> read_component(const std::filesystem::path& file, std::size_t component_bytes) {
  const auto directory = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const auto tree = TRY(vfs::open_directory(directory));
  return read_file(*tree, file.filename().string(), component_bytes);
}

}  // namespace hermes::package
