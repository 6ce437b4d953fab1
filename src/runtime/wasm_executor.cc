#include "runtime/wasm_executor.h"

#include <optional>
#include <utility>

#include "base/strings.h"

namespace hermes::runtime {
namespace {

class WasmExecution final : public Execution {
 public:
  WasmExecution(FreeSlots& slots, const wasm::MemoryBudget& memory, const wasm::ExportType& type,
                CallContext::Info info)
      : slots_(slots), memory_(memory), type_(type), context_(std::move(info)) {
    --slots_.count;
  }
  WasmExecution(const WasmExecution&) = delete;
  ~WasmExecution() override {
    context_.request_stop();
    ++slots_.count;
  }

  Result<> start(const wasm::InstancePre& module, const std::any& arguments,
                 const wasm::Waker& waker) {
    const auto& limits = context_.generation().limits;
    call_.emplace(TRY(module.start(
        type_, arguments, context_,
        {.memory = limits.memory, .host_memory = limits.host_memory, .resources = limits.resources},
        waker)));
    return {};
  }

  // The clock ticks for all calls, so the first tick may come as soon as this one begins or is
  // woken: a slice ends with the second. Else a few short calls of many would count as long ones,
  // whose turns are rare.
  Progress poll() override {
    auto progress = poll_until_tick();
    if (progress == Progress::Yielded && !std::exchange(has_seen_tick_, true)) {
      progress = poll_until_tick();
    }
    if (progress == Progress::Waiting) has_seen_tick_ = false;
    return progress;
  }

  Result<std::any> take_reply() override {
    if (!trapped_) return call_->take_reply(type_);
    const auto& error = call_->error();
    if (error.code() == Code::Busy) return error;
    const auto reason = out_of_memory();
    if (reason.empty()) return Error(Code::GuestFailed, error.message());
    return Error(Code::OutOfMemory, concat(reason, ": ", error.message()));
  }

 private:
  Progress poll_until_tick() {
    switch (call_->poll()) {
      case wasm::Call::Progress::Waiting:
        return Progress::Waiting;
      case wasm::Call::Progress::Yielded:
        return Progress::Yielded;
      case wasm::Call::Progress::Trapped:
        trapped_ = true;
        break;
      case wasm::Call::Progress::Returned:
        break;
    }
    return Progress::Finished;
  }

  // Which limit of memory it has met, if any: that is why it trapped, as a rule.
  std::string out_of_memory() const {
    switch (call_->memory_limit()) {
      case wasm::MemoryLimit::None:
        return {};
      case wasm::MemoryLimit::Call:
        return concat("out of memory: the call may use ", context_.generation().limits.memory >> 20,
                      " MiB");
      case wasm::MemoryLimit::App:
        return concat("out of memory: all calls of the app may use ", memory_.limit() >> 20,
                      " MiB");
      case wasm::MemoryLimit::Engine:
        return "out of memory: all calls use what the engine has for them";
    }
    return {};
  }

  FreeSlots& slots_;
  const wasm::MemoryBudget& memory_;
  const wasm::ExportType& type_;
  CallContext context_;
  std::optional<wasm::Call> call_;  // After the context, which outlives it.
  bool trapped_ = false;
  bool has_seen_tick_ = false;  // Since it began or was woken.
};

class WasmProgram final : public Program {
 public:
  WasmProgram(std::unique_ptr<wasm::InstancePre> module,
              std::shared_ptr<const wasm::MemoryBudget> memory, FreeSlots& slots, log::Log& log)
      : module_(std::move(module)), memory_(std::move(memory)), slots_(slots), log_(log) {}

  Result<std::unique_ptr<Execution>> start(const Event& event, CallContext::Info info,
                                           std::shared_ptr<wasm::Waker> waker) const override {
    if (slots_.count == 0) return Error(Code::Busy, "every slot is taken");
    info.log = &log_;
    auto execution =
        std::make_unique<WasmExecution>(slots_, *memory_, *event.type, std::move(info));
    TRY(execution->start(*module_, event.arguments, *waker));
    return std::unique_ptr<Execution>(std::move(execution));
  }

  std::uint64_t first_memory() const override { return module_->first_memory(); }

 private:
  const std::unique_ptr<wasm::InstancePre> module_;
  const std::shared_ptr<const wasm::MemoryBudget> memory_;  // Of the app.
  FreeSlots& slots_;
  log::Log& log_;
};

}  // namespace

Result<std::unique_ptr<WasmExecutor>> WasmExecutor::create(const wasm::EngineOptions& options,
                                                           const wasm::Imports& imports,
                                                           const wasm::MemoryBudget& memory,
                                                           log::Log& log) {
  auto engine = TRY(wasm::Engine::create(options, imports, memory));
  return std::unique_ptr<WasmExecutor>(new WasmExecutor(std::move(engine), options.slots, log));
}

Result<std::shared_ptr<const Program>> WasmExecutor::prepare(
    const wasm::CompiledComponent& component, std::shared_ptr<const wasm::MemoryBudget> memory) {
  auto module = TRY(engine_->prepare(component, *memory));
  return std::shared_ptr<const Program>(
      std::make_shared<WasmProgram>(std::move(module), std::move(memory), slots_, log_));
}

}  // namespace hermes::runtime
