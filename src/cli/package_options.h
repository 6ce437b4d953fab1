#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"

namespace hermes::cli {

struct Invocation;

/// What `hermes app`, `key` and `trust` are told.
struct PackageOptions {
  /// Does it, and returns what is to be printed. Null if another command was typed.
  Result<std::string> (*run)(const Invocation& invocation, UtcTime now) = nullptr;

  std::string operand;  // A package, a directory, a certificate, a name.
  std::string output;   // -o
  std::string key;      // A file, as the next.
  std::string certificate;
  std::string trust;  // A directory; empty: that of the engine's home.
  bool publisher = false;
  std::string hand_over;  // A file: that the signer has got, or that the next one follows.
  std::string to;         // A certificate: to whom an app is handed over.
  std::string language;   // Of what is begun: a folder of sdk/templates.
  bool json = false;      // -o json
};

}  // namespace hermes::cli
