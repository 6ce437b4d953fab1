#include "runtime/wasm_backend.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/wasm_executor.h"
#include "wasm/compiler.h"

namespace hermes::runtime {
namespace {

class WasmBackend final : public Backend {
 public:
  WasmBackend(const EngineConfig& config, std::unique_ptr<wasm::Compiler> compiler, log::Log& log)
      : options_(config.wasm), calls_(config.calls), compiler_(std::move(compiler)), log_(log) {
    // One memory may take all that a call may have.
    options_.max_memory = std::max(options_.max_memory, config.call_limits.memory);
  }

  wasm::Linker& linker() override { return imports_; }

  Result<> open(std::size_t workers) override {
    options_.slots = static_cast<std::uint32_t>((calls_ + workers - 1) / workers);
    for (std::size_t worker = 0; worker < workers; ++worker) {
      engines_.push_back(TRY(WasmExecutor::create(options_, imports_, log_)));
      executors_.push_back(engines_.back().get());
    }
    return {};
  }

  std::span<Executor* const> executors() const override { return executors_; }

  Result<Module> load(const ModuleSource& source, bool serving) override {
    const auto compiled = TRY(compiler_->compile(source.component, !serving));
    Module module{.id = source.id, .handlers = compiled.interface().exports, .programs = {}};
    std::ranges::sort(module.handlers);
    for (const auto& engine : engines_) {
      module.programs.push_back(TRY(engine->prepare(compiled)));
    }
    return module;
  }

 private:
  wasm::EngineOptions options_;
  const std::size_t calls_;
  const std::unique_ptr<wasm::Compiler> compiler_;
  log::Log& log_;
  wasm::Imports imports_;
  std::vector<std::unique_ptr<WasmExecutor>> engines_;
  std::vector<Executor*> executors_;
};

}  // namespace

Result<std::unique_ptr<Backend>> open_wasm_backend(const EngineConfig& config, log::Log& log) {
  auto compiler = TRY(
      wasm::Compiler::open(config.home / "compiled", config.compiler, config.wasm.pooling, log));
  return std::unique_ptr<Backend>(std::make_unique<WasmBackend>(config, std::move(compiler), log));
}

Result<std::unique_ptr<Engine>> Engine::create(EngineConfig config, Clock& clock, log::Log& log) {
  auto backend = TRY(open_wasm_backend(config, log).context("opening the engine's home"));
  return create(std::move(config), std::move(backend), clock, log);
}

}  // namespace hermes::runtime
