#pragma once

// What `hermes app inspect` and `hermes module inspect` tell of a package, as text and as JSON.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "package/manifest.h"
#include "package/package.h"
#include "package/signatures.h"
#include "runtime/app.h"
#include "wasm/compiler.h"

namespace hermes::cli {

struct PackageDescription {
  /// A component of it.
  struct Module {
    std::string id = {};
    std::string path = {};
    // Of one that is packaged itself.
    std::string name = {};
    std::string version = {};
    std::vector<package::Signer> signers = {};
    std::string config_schema = {};  // JSON; empty if it has none.

    std::vector<std::string> settings_schemas = {};  // JSON: its own, and the app's.

    wasm::ComponentInterface interface = {};
    std::string problem = {};  // Why there is no interface.
  };
  struct File {
    std::string path = {};
    std::uint64_t size = 0;
    std::uint64_t stored = 0;  // In the package.
  };

  package::Kind kind = package::Kind::App;
  std::string name = {};
  std::string version = {};
  std::string what = {};  // For people.
  std::string digest = {};
  std::uint64_t size = 0;  // Of the package.
  std::vector<package::Signer> signers = {};
  std::vector<Module> modules = {};
  std::vector<File> files = {};

  std::string config = "{}";                       // Of a module.
  std::optional<runtime::App> app = std::nullopt;  // As it would run, by its grants.
};

std::string text_of(const PackageDescription& package);
/// One line.
std::string json_of(const PackageDescription& package);

/// [{"role":"author","subject":…,"certificate":…,"until":…,"trusted":…,"problem":…}, …]
std::string json_of(const std::vector<package::Signer>& signers);

}  // namespace hermes::cli
