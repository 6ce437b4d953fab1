#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wasm/code_cache.h"

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
  const ComponentInterface& interface() const { return state_->interface; }
  int descriptor() const { return state_->code.descriptor(); }

 private:
  friend class Compiler;
  struct State {
    CodeFile code;
    ComponentInterface interface;
  };
  explicit CompiledComponent(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

/// Compiles components, and keeps the result in a CodeCache. Thread-safe.
class Compiler {
 public:
  static constexpr std::size_t kMaxComponent = std::size_t{64} << 20;

  /// `directory` holds the cache, and is made if it does not exist. `pooling` as for the engines
  /// that run the code.
  static Result<std::unique_ptr<Compiler>> open(const std::filesystem::path& directory,
                                                bool pooling = true);
  Compiler(const Compiler&) = delete;
  ~Compiler();

  /// Takes milliseconds when cached, up to minutes when not. Fails for bytes that are no component,
  /// or more than kMaxComponent.
  Result<CompiledComponent> compile(std::string_view component) const;

 private:
  Compiler(CodeCache cache, hermes_engine* engine);

  Result<ComponentInterface> describe(const CodeFile& code) const;

  const CodeCache cache_;
  hermes_engine* const engine_;
};

}  // namespace hermes::wasm
