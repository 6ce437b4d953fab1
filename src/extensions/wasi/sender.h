#pragma once

#include <memory>

#include "base/log.h"
#include "extensions/wasi/client.h"
#include "runtime/app.h"
#include "runtime/breaches.h"
#include "wasm/wasi_host.h"

namespace hermes::wasi {

/// Who asks, for the client and for the log.
struct Asker {
  runtime::AppId app;
  runtime::ModuleId module;
  std::shared_ptr<const net::OutboundHosts> hosts;  // That it may ask.
  runtime::Breaches* breaches = nullptr;            // Null: limits that it meets are not counted.
};

/// A request of wasi:http. `log` outlives the client.
std::unique_ptr<wasm::WasiHost::Sender> make_sender(std::shared_ptr<Client> client, log::Log& log,
                                                    Asker asker);

}  // namespace hermes::wasi
