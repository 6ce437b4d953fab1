#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"
#include "cli/package_description.h"
#include "package/entry_name.h"
#include "package/grants.h"
#include "package/load.h"
#include "package/manifest.h"
#include "package/module_package.h"
#include "wasm/compiler.h"

namespace hermes::cli {
namespace {

constexpr std::size_t kManifestBytes = std::size_t{256} << 10;

struct NoLog final : log::Log {
  void write(const log::Record&) override {}
};

// Tells what is in packages. Components are compiled for it, and kept where the engine finds them.
class Inspector {
 public:
  static Result<Inspector> make(const Invocation& invocation, UtcTime now) {
    const auto& engine = invocation.settings.engine;
    auto log = std::make_unique<NoLog>();
    auto compiler =
        TRY(wasm::Compiler::open(engine.code.empty() ? engine.home / "compiled" : engine.code,
                                 engine.compiler, engine.wasm.pooling, *log));
    return Inspector(invocation, now, std::move(log), std::move(compiler));
  }

  Result<PackageDescription> inspect(const CheckedPackage& checked) const {
    const auto& package = checked.package;
    PackageDescription all{.kind = package.kind(),
                           .digest = package::to_hex(package.digest()),
                           .size = package.archive().size(),
                           .signers = checked.signers};
    TRY(package.kind() == package::Kind::App ? add_app(all, checked) : add_module(all, checked));
    const auto& archive = package.archive();
    for (const auto& entry : archive.entries()) {
      const auto size = TRY(package::file_size(archive, entry));
      all.files.push_back({std::string(package::file_of(entry.name)), size, entry.size});
    }
    return all;
  }

 private:
  Inspector(const Invocation& invocation, UtcTime now, std::unique_ptr<NoLog> log,
            std::unique_ptr<wasm::Compiler> compiler)
      : invocation_(&invocation), now_(now), log_(std::move(log)), compiler_(std::move(compiler)) {}

  std::size_t most() const { return invocation_->settings.engine.compiler.limits.component; }

  static void add_schema(PackageDescription::Module& module,
                         const package::ModuleManifest& manifest) {
    if (manifest.config_schema) module.config_schema = manifest.config_schema->root().compact();
    add_schema(module, manifest.settings_schema);
  }

  static void add_schema(PackageDescription::Module& module,
                         const std::optional<schema::JsonSchema>& settings) {
    if (settings) module.settings_schemas.push_back(settings->root().compact());
  }

  // An app is shown also where one of its components does not run.
  void add_interface(PackageDescription::Module& module, std::string_view component) const {
    const auto compiled = compiler_->compile(component, true);
    if (compiled) {
      module.interface = compiled->interface();
    } else {
      module.problem = compiled.error().message();
    }
  }

  Result<> add_app(PackageDescription& all, const CheckedPackage& checked) const {
    const auto& engine = invocation_->settings.engine;
    auto text = TRY(checked.package.read("app.json", kManifestBytes));
    const auto manifest =
        TRY(package::parse_manifest(std::move(text), "app.json", engine.call_limits));
    all.name = manifest.name;
    all.version = manifest.version;
    all.what = manifest.description;
    runtime::App app{.id = TRY(package::id_of(manifest.name, checked.package.hand_overs(),
                                              checked.signers, checked.trust))};
    app.permissions = manifest.permissions;
    app.hostnames = manifest.hostnames;
    app.limits = manifest.limits;
    package::apply_grants(invocation_->settings.grants, app);
    all.app = std::move(app);
    for (const auto& module : manifest.modules) {
      const auto& path = module.component.path;
      auto described = TRY(describe_module(checked.package, path).context(concat("'", path, "'")));
      described.id = module.id;
      add_schema(described, module.settings_schema);
      all.modules.push_back(std::move(described));
    }
    return {};
  }

  Result<PackageDescription::Module> describe_module(const package::Package& package,
                                                     const std::string& path) const {
    PackageDescription::Module module{.path = path};
    const auto bytes = TRY(package.read(path, most()));
    if (!package::is_module_package(path)) {
      add_interface(module, bytes);
      return module;
    }
    auto inner = TRY(check_package(TRY(package::open_package(bytes)), *invocation_, now_));
    const auto packaged = TRY(package::read_module(inner.package, most()));
    module.name = packaged.manifest.name;
    module.version = packaged.manifest.version;
    module.signers = std::move(inner.signers);
    add_schema(module, packaged.manifest);
    add_interface(module, packaged.component);
    return module;
  }

  Result<> add_module(PackageDescription& all, const CheckedPackage& checked) const {
    const auto packaged = TRY(package::read_module(checked.package, most()));
    const auto& manifest = packaged.manifest;
    all.name = manifest.name;
    all.version = manifest.version;
    all.what = manifest.description;
    all.config = TRY(json::Document::parse(manifest.config, "config")).root().compact();
    PackageDescription::Module module{.id = manifest.name, .path = manifest.component.path};
    add_schema(module, manifest);
    add_interface(module, packaged.component);
    all.modules.push_back(std::move(module));
    return {};
  }

  const Invocation* invocation_;
  UtcTime now_;
  std::unique_ptr<NoLog> log_;
  std::unique_ptr<wasm::Compiler> compiler_;
};

}  // namespace

Result<std::string> package_inspect(const Invocation& invocation, UtcTime now) {
  const auto inspector = TRY(Inspector::make(invocation, now));
  const auto checked = TRY(check_package(invocation.package.operand, invocation, now));
  const auto all = TRY(inspector.inspect(checked));
  return invocation.package.json ? json_of(all) : text_of(all);
}

}  // namespace hermes::cli
