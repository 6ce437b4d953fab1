#include "runtime/wasm_executor.h"

#include <optional>
#include <utility>

#include "base/strings.h"

namespace hermes::runtime {
namespace {

class WasmExecution final : public Execution {
 public:
  WasmExecution(FreeSlots& slots, const wasm::ExportType& type, CallContext::Info info)
      : slots_(slots), type_(type), context_(std::move(info)) {
    --slots_.count;
  }
  WasmExecution(const WasmExecution&) = delete;
  ~WasmExecution() override {
    context_.request_stop();
    ++slots_.count;
  }

  Result<> start(const wasm::InstancePre& module, const std::any& arguments,
                 const wasm::Waker& waker) {
    const auto memory = context_.generation().limits.memory;
    call_.emplace(TRY(module.start(type_, arguments, context_, memory, waker)));
    return {};
  }

  Progress poll() override {
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

  Result<std::any> take_reply() override {
    if (!trapped_) return call_->take_reply(type_);
    const auto& error = call_->error();
    if (error.code() == Code::Busy) return error;
    const auto& message = error.message();
    if (!call_->hit_memory_limit()) return Error(Code::GuestFailed, message);
    return Error(Code::GuestFailed,
                 concat("out of memory: the call may use ",
                        context_.generation().limits.memory >> 20, " MiB: ", message));
  }

 private:
  FreeSlots& slots_;
  const wasm::ExportType& type_;
  CallContext context_;
  std::optional<wasm::Call> call_;  // After the context, which outlives it.
  bool trapped_ = false;
};

class WasmProgram final : public Program {
 public:
  WasmProgram(std::unique_ptr<wasm::InstancePre> module, FreeSlots& slots, log::Log& log)
      : module_(std::move(module)), slots_(slots), log_(log) {}

  Result<std::unique_ptr<Execution>> start(const Event& event, CallContext::Info info,
                                           std::shared_ptr<wasm::Waker> waker) const override {
    if (slots_.count == 0) return Error(Code::Busy, "every slot is taken");
    info.log = &log_;
    auto execution = std::make_unique<WasmExecution>(slots_, *event.type, std::move(info));
    TRY(execution->start(*module_, event.arguments, *waker));
    return std::unique_ptr<Execution>(std::move(execution));
  }

 private:
  const std::unique_ptr<wasm::InstancePre> module_;
  FreeSlots& slots_;
  log::Log& log_;
};

}  // namespace

Result<std::unique_ptr<WasmExecutor>> WasmExecutor::create(const wasm::EngineOptions& options,
                                                           const wasm::Imports& imports,
                                                           log::Log& log) {
  auto engine = TRY(wasm::Engine::create(options, imports));
  return std::unique_ptr<WasmExecutor>(new WasmExecutor(std::move(engine), options.slots, log));
}

Result<std::shared_ptr<const Program>> WasmExecutor::prepare(
    const wasm::CompiledComponent& component) {
  return std::shared_ptr<const Program>(
      std::make_shared<WasmProgram>(TRY(engine_->prepare(component)), slots_, log_));
}

}  // namespace hermes::runtime
