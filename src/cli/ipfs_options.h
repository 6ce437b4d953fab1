#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace hermes::cli {

struct Invocation;

/// What `hermes ipfs` is told.
struct IpfsOptions {
  /// Does it, and returns what is to be printed. Null if another command was typed.
  Result<std::string> (*run)(const Invocation& invocation) = nullptr;

  std::string operand;  // A file or directory, what names content, or where a peer is.
  std::vector<std::string> operands = {};  // Of bootstrap, as the next.
  bool none = false;
  std::string output;   // Of get: where to.
  int cid_version = 0;  // Of add.
  bool json = false;
};

}  // namespace hermes::cli
