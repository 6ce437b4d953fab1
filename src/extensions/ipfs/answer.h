#pragma once

#include <optional>
#include <string>

#include "base/expected.h"
#include "runtime/limit.h"
#include "wit/hermes/ipfs.h"

namespace hermes::ipfs {

using wit::ipfs::Errno;

/// Why a function failed: for the guest, and for the log.
struct Failure {
  Errno code;
  std::string why;
  std::optional<runtime::Limit> limit = std::nullopt;  // That was met.
};

/// What becomes of a call.
template <typename T>
using Answer = Expected<T, Failure>;

inline Unexpected<Failure> fails(Errno code, std::string why) {
  return Unexpected(Failure{code, std::move(why)});
}

}  // namespace hermes::ipfs
