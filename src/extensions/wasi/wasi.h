#pragma once

#include <filesystem>
#include <memory>

#include "base/log.h"
#include "extensions/wasi/limits.h"
#include "extensions/wasi/secrets.h"
#include "net/outbound.h"
#include "runtime/breaches.h"
#include "runtime/extension.h"
#include "vfs/tree.h"

namespace hermes::wasi {

/// What guests see through WASI 0.2: arguments, environment and folders as the manifest says, and
/// wasi:http/outgoing-handler by the same client and rules as hermes:http-request.
///
/// What an app writes is under `home`, that of the engine. `log` outlives the extension, and so do
/// the secrets and the breaches, if there are any. `content` is what there is of IPFS; null for
/// nothing.
std::unique_ptr<runtime::Extension> make(std::shared_ptr<net::Outbound> outbound, log::Log& log,
                                         std::filesystem::path home, Limits limits = {},
                                         Secrets* secrets = nullptr,
                                         runtime::Breaches* breaches = nullptr,
                                         std::shared_ptr<const vfs::Tree> content = nullptr);

}  // namespace hermes::wasi
