#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "base/guarded.h"
#include "extensions/wasi/share.h"
#include "extensions/wasi/socket_limits.h"
#include "extensions/wasi/world.h"
#include "wasm/wasi_folders.h"

namespace hermes::wasi {

/// What the calls of one app share. Thread-safe.
class AppWorld {
 public:
  AppWorld(std::filesystem::path home, runtime::AppId app, World world)
      : home_(std::move(home)), app_(std::move(app)), world_(std::move(world)) {}

  const World& world() const { return world_; }

  using Folders = std::shared_ptr<const wasm::WasiFolders>;

  /// Opened by the first call that asks for them, so that an app that uses none has none on disk.
  Result<Folders> folders();

  Share& sockets() { return sockets_; }
  Share& look_ups() { return look_ups_; }

 private:
  const std::filesystem::path home_;
  const runtime::AppId app_;
  const World world_;
  Guarded<Folders> folders_;
  Share sockets_{kAppSockets};
  Share look_ups_{kAppLookUps};
};

}  // namespace hermes::wasi
