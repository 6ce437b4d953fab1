#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct hermes_engine;

namespace hermes::wasm {

/// What a component needs and offers, for people and for checks.
struct ComponentInterface {
  std::vector<std::string> imports;  // "hermes:cron/api#add", "wasi:clocks/wall-clock@0.2.6#now"
  std::vector<std::string> exports;  // "hermes:cron/event#on-cron"
};

/// Machine code of one component: a file that every engine maps. Copies share it.
class CompiledComponent {
 public:
  const ComponentInterface& interface() const;
  int descriptor() const;

 private:
  friend class Compiler;
  struct State;
  explicit CompiledComponent(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

/// Compiles components and keeps the result (docs/architecture.md, section 4). Thread-safe.
///
/// The cache is a directory that only its owner can read, in which every file is verified against a
/// keyed checksum before it is used; a bad entry is made anew.
class Compiler {
 public:
  /// `directory` is made if it does not exist.
  static Result<std::unique_ptr<Compiler>> open(const std::filesystem::path& directory,
                                                bool pooling = true);
  Compiler(const Compiler&) = delete;
  ~Compiler();

  /// Takes milliseconds when cached, seconds to minutes when not. Fails for bytes that are no
  /// component, or more than 64 MiB.
  Result<CompiledComponent> compile(std::string_view component) const;

 private:
  Compiler(std::filesystem::path directory, std::string key, hermes_engine* engine);

  const std::filesystem::path directory_;
  const std::string key_;
  hermes_engine* engine_;
};

}  // namespace hermes::wasm
