#pragma once

#include <memory>

#include "base/log.h"
#include "extensions/wasi/app_world.h"
#include "extensions/wasi/client.h"
#include "runtime/app.h"
#include "wasm/wasi_host.h"

namespace hermes::wasi {

/// Whose sockets they are. The log outlives the engine.
struct SocketUser {
  runtime::AppId app;
  runtime::ModuleId module;
  std::shared_ptr<AppWorld> world;  // Of the app.
  std::shared_ptr<Client> client;   // Which looks names up.
  log::Log& log;
};

/// The sockets of one call: which there may be, and whom they may reach.
std::unique_ptr<wasm::WasiHost::Sockets> make_sockets(SocketUser user);

}  // namespace hermes::wasi
