#pragma once

// Compiling is hostile work: a component can make the compiler crash, run for ever or take all
// memory. So a process of its own does it, `hermes compile`, which has the component, a place for
// the code and nothing else of the engine. What becomes of that process is an error to load.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wasm/code_file.h"

namespace hermes::wasm {

/// What compiling one component may take.
struct CompileLimits {
  std::size_t component = std::size_t{64} << 20;             // Bytes of it.
  std::chrono::milliseconds time = std::chrono::minutes(2);  // Of CPUs.
  std::size_t memory = std::size_t{2} << 30;                 // Bytes that the process writes to.
};

/// How it is compiled.
struct CompileOptions {
  bool reserve = true;     // As hermes_engine_config has it.
  bool all_cores = false;  // Else one, which leaves the others to those who serve.
};

/// The machine code, made by a process of `program` that this waits for. The process is killed with
/// the calling thread.
Result<CodeFile> compile_apart(const std::filesystem::path& program, std::string_view component,
                               const CompileOptions& options, const CompileLimits& limits);

/// The same in this process, without limits.
Result<CodeFile> compile_here(std::string_view component, const CompileOptions& options);

/// What the process does: `arguments` are those that follow its name. Returns its exit code.
int compile_process(std::span<const std::string> arguments);

}  // namespace hermes::wasm
