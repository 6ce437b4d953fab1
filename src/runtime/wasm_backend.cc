#include "runtime/wasm_backend.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "io/machine.h"
#include "runtime/wasm_executor.h"
#include "wasm/compiler.h"
#include "wasm/fit.h"
#include "wasm/http_exchange.h"

namespace hermes::runtime {
namespace {

std::size_t engine_memory(const MemoryLimits& limits) {
  return limits.engine != 0 ? limits.engine : io::memory_of_machine() / 2;
}

class WasmBackend final : public Backend {
 public:
  WasmBackend(const EngineConfig& config, const wasm::EngineOptions& options,
              std::unique_ptr<wasm::Compiler> compiler, log::Log& log)
      : options_(options),
        app_memory_(config.memory_limits.app),
        compiler_(std::move(compiler)),
        log_(log),
        memory_(engine_memory(config.memory_limits)) {}

  wasm::Linker& linker() override { return imports_; }

  Result<> open(std::size_t workers) override {
    for (std::size_t worker = 0; worker < workers; ++worker) {
      engines_.push_back(TRY(WasmExecutor::create(options_, imports_, memory_, log_)));
      executors_.push_back(engines_.back().get());
    }
    return {};
  }

  std::span<Executor* const> executors() const override { return executors_; }

  LoadedModule load(const AppId& app, const ModuleSource& source, bool serving) override {
    Module module{.id = source.id, .handlers = {}, .programs = {}};
    const auto compiled = compiler_->compile(source.bytes(), !serving);
    if (!compiled) return {std::move(module), compiled.error()};
    for (const auto& name : compiled->interface().exports) {
      module.handlers.push_back(wasm::handler_of(name));
    }
    std::ranges::sort(module.handlers);
    for (const auto& name : compiled->interface().imports) {
      module.imports.push_back(wasm::handler_of(name));
    }
    auto runs = prepare(*compiled, app, module);
    return {std::move(module), std::move(runs)};
  }

 private:
  Result<> prepare(const wasm::CompiledComponent& compiled, const AppId& app, Module& module) {
    const auto memory = memory_of(app);
    for (const auto& engine : engines_) {
      module.programs.push_back(TRY(engine->prepare(compiled, memory)));
    }
    return {};
  }

  // As long as any generation of the app is there.
  std::shared_ptr<const wasm::MemoryBudget> memory_of(const AppId& app) {
    std::erase_if(memories_, [](const auto& one) { return one.second.expired(); });
    auto memory = memories_[app].lock();
    if (!memory) {
      memory = std::make_shared<const wasm::MemoryBudget>(app_memory_);
      memories_[app] = memory;
    }
    return memory;
  }

  const wasm::EngineOptions options_;
  const std::size_t app_memory_;
  const std::unique_ptr<wasm::Compiler> compiler_;
  log::Log& log_;
  const wasm::MemoryBudget memory_;  // Of all calls.
  std::map<AppId, std::weak_ptr<const wasm::MemoryBudget>> memories_;
  wasm::Imports imports_;
  std::vector<std::unique_ptr<WasmExecutor>> engines_;
  std::vector<Executor*> executors_;
};

}  // namespace

Result<std::unique_ptr<Backend>> open_wasm_backend(const EngineConfig& config, log::Log& log) {
  const auto workers = worker_count(config);
  auto options = config.wasm;
  options.slots = static_cast<std::uint32_t>((config.calls + workers - 1) / workers);
  options = wasm::fit(options, workers, io::most_mappings(), log);
  auto compiler =
      TRY(wasm::Compiler::open(config.code.empty() ? config.home / "compiled" : config.code,
                               config.compiler, options.pooling, log));
  return std::unique_ptr<Backend>(
      std::make_unique<WasmBackend>(config, options, std::move(compiler), log));
}

Result<std::unique_ptr<Engine>> Engine::create(EngineConfig config, Clock& clock, log::Log& log) {
  auto backend = TRY(open_wasm_backend(config, log).context("opening the engine's home"));
  return create(std::move(config), std::move(backend), clock, log);
}

}  // namespace hermes::runtime
