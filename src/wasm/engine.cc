#include "wasm/engine.h"

#include <utility>
#include <vector>

#include "base/strings.h"
#include "wasm/engine_handle.h"
#include "wasm/handle.h"
#include "wasm/mapped_component.h"
#include "wasm/shim.h"

namespace hermes::wasm {
namespace {

Result<> provide(hermes_engine* engine, const Linker::Provided& provided) {
  const auto& table = *provided.table;
  std::vector<hermes_host_function> functions;
  functions.reserve(table.count);
  for (std::size_t i = 0; i < table.count; ++i) functions.push_back(table.functions[i].function);
  return check(hermes_engine_provide(
      engine, reinterpret_cast<const std::uint8_t*>(table.interface.data()), table.interface.size(),
      provided.implementation, functions.data(), functions.size()));
}

Refusal refusal_of(hermes_refusal what) {
  switch (what) {
    case HERMES_REFUSED_CALL_MEMORY:
      return Refusal::CallMemory;
    case HERMES_REFUSED_APP_MEMORY:
      return Refusal::AppMemory;
    case HERMES_REFUSED_ENGINE_MEMORY:
      return Refusal::EngineMemory;
    case HERMES_REFUSED_VAR:
      return Refusal::Var;
    case HERMES_REFUSED_TMP:
      return Refusal::Tmp;
    case HERMES_REFUSED_FILES:
      return Refusal::Files;
    case HERMES_REFUSED_LISTINGS:
      return Refusal::Listings;
    case HERMES_REFUSED_HTTP_BODIES:
      break;
  }
  return Refusal::HttpBodies;
}

}  // namespace

hermes_engine_config config_of(const EngineOptions& options, const MemoryBudget& memory,
                               WasiHost* wasi) {
  const auto output = [](void* state, std::uint32_t stream, const std::uint8_t* data,
                         std::size_t len) noexcept {
    static_cast<CallState*>(state)->output(stream == 0 ? Output::Stdout : Output::Stderr,
                                           {reinterpret_cast<const char*>(data), len});
  };
  const auto blocking = [](void* state, bool begins) noexcept {
    auto& call = *static_cast<CallState*>(state);
    begins ? call.blocking_began("wasi:filesystem") : call.blocking_ended();
  };
  const auto drop_resource = [](void* state, std::uint32_t rep) noexcept {
    static_cast<CallState*>(state)->resources().drop(rep);
  };
  const auto refused = [](void* state, hermes_refusal what) noexcept {
    static_cast<CallState*>(state)->refused(refusal_of(what));
  };
  return {.pooling = options.pooling,
          .reserve = options.pooling,
          .all_cores = false,
          .slots = options.slots,
          .max_memory = options.max_memory,
          .memory = memory.handle(),
          .callbacks = {.output = output,
                        .blocking = blocking,
                        .drop_resource = drop_resource,
                        .refused = refused,
                        .wasi = handle_of(wasi)}};
}

Result<std::unique_ptr<Engine>> Engine::create(const EngineOptions& options, const Imports& imports,
                                               const MemoryBudget& memory) {
  const auto config = config_of(options, memory, imports.wasi());
  hermes_engine* handle = nullptr;
  TRY(check(hermes_engine_new(&config, &handle)).context("starting WebAssembly"));
  std::unique_ptr<Engine> engine(new Engine(handle));
  for (const auto& provided : imports.provided()) TRY(provide(handle, provided));
  TRY(check(hermes_engine_link(handle)).context("linking host functions"));
  return engine;
}

Engine::~Engine() {
  hermes_engine_free(handle_);
}

Result<std::unique_ptr<InstancePre>> Engine::prepare(const CompiledComponent& component,
                                                     const MemoryBudget& memory) const {
  auto mapped = TRY(map(component));
  hermes_instance_pre* pre = nullptr;
  TRY(check(hermes_instance_pre_new(handle_, mapped->handle(), memory.handle(), &pre)));
  return std::make_unique<InstancePre>(pre, std::move(mapped));
}

Result<std::shared_ptr<const MappedComponent>> Engine::map(
    const CompiledComponent& component) const {
  return mapped_.with([&](Mapped& all) -> Result<std::shared_ptr<const MappedComponent>> {
    std::erase_if(all, [](const auto& one) { return one.expired(); });
    for (const auto& one : all) {
      if (auto mapped = one.lock(); mapped && mapped->code() == component) return mapped;
    }
    hermes_component* raw = nullptr;
    TRY(check(hermes_component_load(handle_, component.descriptor(), &raw)));
    auto mapped = std::make_shared<const MappedComponent>(component, raw);
    all.push_back(mapped);
    return mapped;
  });
}

void Engine::tick() const {
  hermes_engine_tick(handle_);
}

bool Engine::scans_pages() {
  return hermes_engine_scans_pages();
}

ThreadEntry::ThreadEntry() : handle_(hermes_thread_enter()) {}
ThreadEntry::~ThreadEntry() {
  hermes_thread_leave(static_cast<hermes_thread_entry*>(handle_));
}

}  // namespace hermes::wasm
