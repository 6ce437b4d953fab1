#include "package/module_package.h"

#include <sys/mman.h>

#include <utility>

#include "base/strings.h"
#include "package/app_directory.h"

namespace hermes::package {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kManifestBytes = std::size_t{256} << 10;
constexpr std::string_view kManifest = "module.json";
constexpr std::string_view kComponent = "module.wasm";

// The component goes by one name, whatever the author calls it.
std::string with_component(const ModuleManifest& manifest) {
  const auto text = manifest.document.root().text();
  const auto old = manifest.component.place->text();
  const auto begin = static_cast<std::size_t>(old.data() - text.data());
  return concat(text.substr(0, begin), "\"", kComponent, "\"", text.substr(begin + old.size()),
                "\n");
}

Result<> add_share(PackagedFiles& files, const ManifestPath& share, const fs::path& directory) {
  const auto first = split_once(share.path, '/').first;
  if (first == "META" || files.contains(std::string(first))) {
    return share.place->error(concat("packages keep '", first, "' for themselves"));
  }
  const auto added = add_directory(files, directory, share.path);
  if (!added) return share.place->error(added.error().message());
  return {};
}

}  // namespace

bool is_module_package(std::string_view path) {
  return path.ends_with(".hmod");
}

Result<Packaged> package_module(const fs::path& directory, const fs::path& output,
                                std::size_t component_bytes) {
  auto text = TRY(read_component(directory, std::string(kManifest), kManifestBytes)
                      .context(concat("'", directory.native(), "'")));
  const auto manifest =
      TRY(parse_module_manifest(std::move(text), (directory / kManifest).native()));
  auto component = read_component(directory, manifest.component.path, component_bytes);
  if (!component) return manifest.component.place->error(component.error().message());
  PackagedFiles files;
  files[std::string(kManifest)] = {.content = with_component(manifest), .plain = true};
  files[std::string(kComponent)] = {.content = *std::move(component)};
  if (manifest.share) TRY(add_share(files, *manifest.share, directory));
  return write_package(Kind::Module, files, output);
}

Result<PackagedModule> read_module(const Package& package, std::size_t component_bytes) {
  if (package.kind() != Kind::Module) {
    return Error(Code::InvalidArgument, "it is a package of an app, not of a module");
  }
  TRY(package.check_files());
  auto text = TRY(package.read(kManifest, kManifestBytes));
  auto manifest = TRY(parse_module_manifest(std::move(text), std::string(kManifest)));
  auto component = package.read(manifest.component.path, component_bytes);
  if (!component) return manifest.component.place->error(component.error().message());
  return PackagedModule{std::move(manifest), *std::move(component)};
}

Result<> check_config(const Manifest::Module& module, const ModuleManifest& manifest) {
  if (!manifest.config_schema) return {};
  if (module.config_place != nullptr) {
    const auto wrong = manifest.config_schema->check(*module.config_place);
    if (wrong) return wrong->error();
    return {};
  }
  const auto wrong = manifest.config_schema->check(manifest.config);
  if (!wrong) return {};
  return module.component.place->error(concat("the module needs a 'config': ", *wrong));
}

Result<Package> open_package(std::string_view bytes) {
  io::Descriptor file(::memfd_create("package", MFD_CLOEXEC));
  if (!file) return system_error("making", "a file in memory");
  TRY(write_all(file.get(), bytes));
  return Package::open({std::move(file), bytes.size()});
}

}  // namespace hermes::package
