#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace hermes::cli {

/// What `hermes ctl` was asked.
struct CtlOptions {
  std::string command;  // "list", "load", …
  std::string operand;  // The app or path that it is about.
  bool now = false;     // Of stop.
  bool purge = false;   // Of remove.
  bool follow = false;  // Of logs, as the next.
  std::optional<int> lines = std::nullopt;
  bool json = false;
};

/// Asks the engine of a home, and writes its answer on standard output, as text or as it came.
/// Returns the exit code; what goes wrong is told on standard error.
int ctl(const CtlOptions& options, const std::filesystem::path& home);

}  // namespace hermes::cli
