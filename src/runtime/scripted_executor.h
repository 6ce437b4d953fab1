#pragma once

// Guests for tests, written in C++: what a module does at each poll is a function.
//
//   ScriptedExecutor executor;
//   executor.program([](Poll& poll) { poll.reply = std::any(true); return Progress::Finished; });

#include <any>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

#include "runtime/executor.h"

namespace hermes::runtime {

using Progress = Execution::Progress;

class ScriptedExecutor;

/// What a script sees of the call, and what it answers.
struct Poll {
  const Event& event;
  const CallContext::Info& info;
  const std::shared_ptr<wasm::Waker>& waker;
  ScriptedExecutor& executor;
  CallContext& context;
  int count = 0;  // Of polls before this one.
  Result<std::any> reply = std::any(true);

  /// What a @blocking host function does.
  template <typename F>
  void block(F f) {
    struct Inside {
      explicit Inside(CallContext& c) : context(c) { context.blocking_began("test:ping/api#f"); }
      Inside(const Inside&) = delete;
      ~Inside() { context.blocking_ended(); }
      CallContext& context;
    };
    const Inside inside(context);
    f();
  }
};

using Script = std::function<Progress(Poll&)>;

class ScriptedExecutor final : public Executor {
 public:
  /// Calls that can be at once.
  std::size_t slots = std::numeric_limits<std::size_t>::max();

  void tick() noexcept override { ++ticks_; }
  std::uint64_t ticks() const { return ticks_; }

  /// What an endless loop does in one slice.
  Progress use_slice() const {
    for (const auto before = ticks(); ticks() == before;) {
    }
    return Progress::Yielded;
  }

  std::shared_ptr<const Program> program(Script script) {
    return std::make_shared<ScriptedProgram>(*this, std::move(script));
  }

 private:
  class ScriptedExecution final : public Execution {
   public:
    ScriptedExecution(ScriptedExecutor& executor, const Script& script, const Event& event,
                      CallContext::Info info, std::shared_ptr<wasm::Waker> waker)
        : info_(std::move(info)),
          waker_(std::move(waker)),
          script_(script),
          context_(info_),
          poll_{event, info_, waker_, executor, context_} {
      --executor.slots;
    }
    ScriptedExecution(const ScriptedExecution&) = delete;
    ~ScriptedExecution() override { ++poll_.executor.slots; }

    Progress poll() override {
      const auto progress = script_(poll_);
      ++poll_.count;
      return progress;
    }
    Result<std::any> take_reply() override { return std::move(poll_.reply); }

   private:
    const CallContext::Info info_;
    const std::shared_ptr<wasm::Waker> waker_;
    const Script& script_;
    CallContext context_;
    Poll poll_;
  };

  class ScriptedProgram final : public Program {
   public:
    ScriptedProgram(ScriptedExecutor& executor, Script script)
        : executor_(executor), script_(std::move(script)) {}

    Result<std::unique_ptr<Execution>> start(const Event& event, CallContext::Info info,
                                             std::shared_ptr<wasm::Waker> waker) const override {
      if (executor_.slots == 0) return Error(Code::Busy, "every slot is taken");
      return std::unique_ptr<Execution>(std::make_unique<ScriptedExecution>(
          executor_, script_, event, std::move(info), std::move(waker)));
    }

   private:
    ScriptedExecutor& executor_;
    const Script script_;
  };

  std::atomic<std::uint64_t> ticks_{0};
};

}  // namespace hermes::runtime
