#pragma once

// The commands of `hermes ipfs`, which work on the blocks in the engine's home, also while an
// engine runs there; bootstrap, connect, name and peers ask its node.

#include <string>

#include "base/result.h"
#include "cli/arguments.h"

namespace hermes::cli {

Result<std::string> ipfs_add(const Invocation& invocation);
Result<std::string> ipfs_bootstrap(const Invocation& invocation);
Result<std::string> ipfs_cat(const Invocation& invocation);
Result<std::string> ipfs_connect(const Invocation& invocation);
Result<std::string> ipfs_gc(const Invocation& invocation);
Result<std::string> ipfs_evicted(const Invocation& invocation);
Result<std::string> ipfs_get(const Invocation& invocation);
Result<std::string> ipfs_keys(const Invocation& invocation);
Result<std::string> ipfs_name_publish(const Invocation& invocation);
Result<std::string> ipfs_name_resolve(const Invocation& invocation);
Result<std::string> ipfs_peers(const Invocation& invocation);
Result<std::string> ipfs_pin(const Invocation& invocation);
Result<std::string> ipfs_pins(const Invocation& invocation);
Result<std::string> ipfs_status(const Invocation& invocation);
Result<std::string> ipfs_topics(const Invocation& invocation);
Result<std::string> ipfs_unpin(const Invocation& invocation);

}  // namespace hermes::cli
