#pragma once

#include "base/time.h"
#include "extensions/ipfs/limits.h"
#include "extensions/ipfs/rights.h"
#include "wit/hermes/ipfs.h"

namespace hermes::ipfs {

/// Whether the network would accept this of the app: what it would publish, or what peers send (an
/// envelope of a structured topic, a record at its place).
bool is_acceptable(const Rights& rights, const wit::ipfs::IpfsContent& content,
                   const Limits& limits, UtcTime now);

}  // namespace hermes::ipfs
