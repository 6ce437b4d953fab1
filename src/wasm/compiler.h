#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "base/result.h"
#include "wasm/code_cache.h"
#include "wasm/compile_apart.h"

struct hermes_engine;

namespace hermes::wasm {

/// What a component needs and offers, for people and for checks.
struct ComponentInterface {
  std::vector<std::string> imports;  // "hermes:cron/api#add", "wasi:clocks/wall-clock@0.2.6#now"
  std::vector<std::string> exports;  // "hermes:cron/event#on-cron"
};

/// Machine code of one component: a file that every engine maps. Copies share it, and what is
/// compiled from the same bytes while one is there is equal to it.
class CompiledComponent {
 public:
  bool operator==(const CompiledComponent&) const = default;
  const ComponentInterface& interface() const { return state_->interface; }
  int descriptor() const { return state_->code.descriptor(); }

 private:
  friend class Compiler;
  struct State {
    const CodeFile code;
    const ComponentInterface interface;
  };
  explicit CompiledComponent(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

struct CompilerOptions {
  /// The program whose sub-command `compile` does it: this one, as a rule. Without one, components
  /// are compiled in this process and without limits, as tests do under sanitizers.
  std::filesystem::path program;
  CompileLimits limits = {};
};

/// Compiles components, and keeps the result in a CodeCache. Thread-safe.
class Compiler {
 public:
  /// `directory` holds the cache, and is made if it does not exist. `reserve` as for the engines
  /// that run the code. `log` outlives it.
  static Result<std::unique_ptr<Compiler>> open(const std::filesystem::path& directory,
                                                CompilerOptions options, bool reserve,
                                                log::Log& log);
  Compiler(const Compiler&) = delete;
  ~Compiler();

  /// Takes milliseconds when cached, up to minutes when not; `all_cores`, if nobody needs them
  /// meanwhile. Fails for bytes that are no component, and for what passes a limit.
  Result<CompiledComponent> compile(std::string_view component, bool all_cores) const;

 private:
  Compiler(CodeCache cache, CompilerOptions options, bool reserve, hermes_engine* engine,
           log::Log& log);

  using Live = std::map<std::filesystem::path, std::weak_ptr<const CompiledComponent::State>>;

  Result<CodeFile> code_of(std::string_view component, const std::filesystem::path& path,
                           bool all_cores) const;
  Result<ComponentInterface> describe(const CodeFile& code) const;

  const CodeCache cache_;
  const CompilerOptions options_;
  const bool reserve_;
  hermes_engine* const engine_;
  log::Log& log_;
  mutable Guarded<Live> live_;  // What is in use.
};

}  // namespace hermes::wasm
