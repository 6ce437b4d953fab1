#include <chrono>
#include <string_view>
#include <utility>

#include "base/escape.h"
#include "base/strings.h"
#include "cli/checked_package.h"
#include "cli/package_commands.h"
#include "package/entry_name.h"
#include "package/manifest.h"
#include "package/module_package.h"

namespace hermes::cli {
namespace {

constexpr std::size_t kManifestBytes = std::size_t{256} << 10;

Result<std::string> describe_files(const package::Package& package) {
  std::string text = "files\n";
  const auto& archive = package.archive();
  for (const auto& entry : archive.entries()) {
    const auto size = TRY(package::file_size(archive, entry));
    text += concat("  ", package::file_of(entry.name), "  ", size, " bytes");
    text += package::is_compressed(entry.name) ? concat(" in ", entry.size, "\n") : "\n";
  }
  return text;
}

// What stands first for either kind.
std::string title(std::string_view name, std::string_view version, std::string_view what,
                  const CheckedPackage& checked) {
  return concat(package::name_of(checked.package.kind()), " ", name, " ", version, "\n",
                escape_controls(what), what.empty() ? "" : "\n", "digest ",
                package::to_hex(checked.package.digest()), "\n", describe(checked.signers));
}

// What a package of a module inside the app's says of itself.
Result<std::string> describe_inner(const package::Package& package, const std::string& path,
                                   const Invocation& invocation, UtcTime now) {
  const auto most = invocation.settings.engine.compiler.limits.component;
  const auto bytes = TRY(package.read(path, most));
  const auto inner = TRY(check_package(TRY(package::open_package(bytes)), invocation, now));
  const auto module = TRY(package::read_module(inner.package, most));
  std::string text = concat("    ", module.manifest.name, " ", module.manifest.version, "\n");
  for (const auto line : split(describe(inner.signers), '\n')) {
    if (!line.empty()) text += concat("    ", line, "\n");
  }
  return text;
}

Result<std::string> describe_modules(const package::Package& package,
                                     const package::Manifest& manifest,
                                     const Invocation& invocation, UtcTime now) {
  std::string text = "modules\n";
  for (const auto& module : manifest.modules) {
    const auto& path = module.component.path;
    text += concat("  ", module.id, "  ", path, "\n");
    if (!package::is_module_package(path)) continue;
    text += TRY(describe_inner(package, path, invocation, now).context(concat("'", path, "'")));
  }
  return manifest.modules.empty() ? text + "  none\n" : text;
}

std::string describe_permissions(const package::Manifest& manifest) {
  std::string text = "permissions\n";
  for (const auto& permission : manifest.permissions) text += concat("  ", permission, "\n");
  return manifest.permissions.empty() ? text + "  none\n" : text;
}

std::int64_t milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

std::string describe_limits(const runtime::CallLimits& limits) {
  return concat("limits of a call\n  memory    ", limits.memory >> 20, " MiB\n  processor ",
                milliseconds(limits.cpu), " ms\n  time      ", milliseconds(limits.wall), " ms\n");
}

Result<std::string> describe_app(const CheckedPackage& checked, const Invocation& invocation,
                                 UtcTime now) {
  auto text = TRY(checked.package.read("app.json", kManifestBytes));
  const auto manifest = TRY(
      package::parse_manifest(std::move(text), "app.json", invocation.settings.engine.call_limits));
  return concat(title(manifest.name, manifest.version, manifest.description, checked),
                TRY(describe_modules(checked.package, manifest, invocation, now)),
                describe_permissions(manifest), describe_limits(manifest.limits));
}

Result<std::string> describe_module(const CheckedPackage& checked, const Invocation& invocation) {
  const auto module = TRY(
      package::read_module(checked.package, invocation.settings.engine.compiler.limits.component));
  const auto& manifest = module.manifest;
  return concat(title(manifest.name, manifest.version, manifest.description, checked), "config\n  ",
                escape_controls(manifest.config), "\n");
}

}  // namespace

Result<std::string> package_inspect(const Invocation& invocation, UtcTime now) {
  const auto checked = TRY(check_package(invocation.package.operand, invocation, now));
  const bool app = checked.package.kind() == package::Kind::App;
  const auto told =
      app ? TRY(describe_app(checked, invocation, now)) : TRY(describe_module(checked, invocation));
  return told + TRY(describe_files(checked.package));
}

}  // namespace hermes::cli
