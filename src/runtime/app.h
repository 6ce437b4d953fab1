#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/log.h"
#include "runtime/limits.h"
#include "vfs/tree.h"

namespace hermes::schema {
class JsonSchema;
}

namespace hermes::runtime {

/// What state, lanes and limits belong to: they stay when a new generation takes over. For an app
/// from a directory it is "local:<name>".
using AppId = std::string;
using ModuleId = std::string;

/// One component of an app, before it is compiled.
struct ModuleSource {
  ModuleId id;                                           // Unique in the app.
  std::string component;                                 // Bytes, unless `file` has them.
  std::string config;                                    // JSON, "{}" if the manifest gives none.
  std::shared_ptr<const vfs::Tree> shared = nullptr;     // Files of its package; null for none.
  std::shared_ptr<const vfs::Tree> overrides = nullptr;  // The app's in place of those.

  /// The handlers that it exports, sorted; known once it is loaded, before extensions see its app.
  std::vector<std::string> handlers = {};

  std::string settings = "{}";  // JSON that whoever runs the app sets.

  /// What the settings keep to, all of them; without any, there are no settings.
  std::vector<std::shared_ptr<const schema::JsonSchema>> settings_schemas = {};

  /// The component's file, where it is in memory as it is: so its bytes are not copied.
  std::shared_ptr<const vfs::File> file = nullptr;

  /// Of a WebAssembly component, as long as this stays.
  std::string_view bytes() const {
    if (file == nullptr) return component;
    const auto content = file->content();
    return {reinterpret_cast<const char*>(content.data()), content.size()};
  }

  bool exports(std::string_view handler) const {
    return std::ranges::binary_search(handlers, handler, {},
                                      [](const auto& h) { return std::string_view(h); });
  }
};

/// What an app may keep, in bytes. Extensions have limits of their own, which it can only lower.
struct StorageLimits {
  std::size_t sqlite = std::numeric_limits<std::size_t>::max();  // Of its database.
  std::size_t keys = std::numeric_limits<std::size_t>::max();    // Of its keys and their values.
  std::size_t files = std::numeric_limits<std::size_t>::max();   // Of what its guests write.

  bool operator==(const StorageLimits&) const = default;
};

/// What a manifest asks for, and whoever runs the app does not grant.
struct Denied {
  std::set<std::string> permissions = {};
  std::set<std::string> hostnames = {};
};

/// One generation of an app. Never changes: another package makes another generation.
struct App {
  AppId id;
  std::uint64_t generation = 1;
  std::string name = {};
  std::string version = {};
  std::vector<ModuleSource> modules = {};            // In the order of the manifest.
  std::shared_ptr<const vfs::Tree> www = nullptr;    // Null if the app has no web files.
  std::shared_ptr<const vfs::Tree> share = nullptr;  // Files that its modules read; or null.
  std::set<std::string> permissions = {};            // That it has: "shutdown", …
  std::set<std::string> hostnames = {};              // That it has beside those of its name.
  Denied denied = {};
  log::Level log_level = log::Level::Info;
  CallLimits limits = {};
  StorageLimits storage = {};
  int weight = 1;  // How large its share of a worker's time is, beside that of other apps.
  std::optional<json::Document> manifest = std::nullopt;  // For the sections of extensions.

  /// The member of the manifest that an extension reads, "http" for instance; null if absent.
  const json::Value* section(std::string_view extension) const {
    return manifest ? manifest->root().find(extension) : nullptr;
  }
};

}  // namespace hermes::runtime
