#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "extensions/wasi/limits.h"
#include "net/outbound_hosts.h"
#include "net/socket_hosts.h"
#include "runtime/app.h"
#include "vfs/tree.h"

namespace hermes::wasi {

/// What the guests of an app see, but for its own folders.
struct World {
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;
  std::shared_ptr<const vfs::Tree> files;  // All of `/` but for what they write.
  std::size_t data_bytes = 0;
  std::size_t tmp_bytes = 0;
  net::OutboundHosts hosts;
  net::SocketHosts sockets;
};

/// By the manifest:
/// "wasi": {"arguments": ["--fast"], "environment": {"LANG": "C"}, "data_bytes": 1048576,
///          "tmp_bytes": 1048576}.
///
/// `content` is what there is of IPFS; null for nothing.
Result<World> world_of(const runtime::App& app, const Limits& limits,
                       const std::shared_ptr<const vfs::Tree>& content = nullptr);

}  // namespace hermes::wasi
