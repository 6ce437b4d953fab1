#pragma once

#include <gtest/gtest.h>

#include <any>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/call_context.h"
#include "testing/engine/awaited_log.h"
#include "testing/engine/guests.h"
#include "testing/engine/home.h"
#include "testing/engine/hosts/all.h"
#include "testing/engine/within.h"
#include "testing/extension_fixture.h"
#include "wasm/engine.h"
#include "wasm/waker.h"

namespace hermes::testing {

/// Wakes that were asked for and not waited for yet.
class Wakes final : public wasm::Waker {
 public:
  void wake() noexcept override {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return count_ > 0; })) {
      throw std::runtime_error("nobody wakes the call");
    }
    count_ = 0;
  }

  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

/// One event at one component, polled by the test.
template <runtime::EventArguments Arguments>
class PolledCall {
 public:
  using Progress = wasm::Call::Progress;
  using Reply = Result<typename Arguments::Reply>::Value;

  PolledCall(const wasm::InstancePre& pre, Arguments arguments)
      : arguments_(std::move(arguments)), call_(start(pre)) {}

  Progress poll() { return call_->poll(); }

  /// Polls to the end.
  Result<typename Arguments::Reply> finish() {
    for (;;) {
      switch (poll()) {
        case Progress::Waiting:
          wakes_->wait();
          break;
        case Progress::Yielded:
          break;
        case Progress::Returned:
          return std::any_cast<Reply>(call_->take_reply(wasm::kExportType<Arguments>));
        case Progress::Trapped:
          return call_->error();
      }
    }
  }

  /// Drops the instance, as whoever cancels a call does.
  void cancel() { call_.reset(); }

  const std::shared_ptr<Wakes>& wakes() { return wakes_; }

 private:
  wasm::Call start(const wasm::InstancePre& pre) {
    auto call = pre.start(wasm::kExportType<Arguments>, arguments_, context_, {}, *wakes_);
    if (!call) throw std::runtime_error(call.error().message());
    return *std::move(call);
  }

  const std::any arguments_;
  runtime::CallContext context_ = call_of({.id = "app"}, "shapes", Arguments::kHandler);
  const std::shared_ptr<Wakes> wakes_ = std::make_shared<Wakes>();
  std::optional<wasm::Call> call_;  // Last, as the others outlive it.
};

/// The door alone: an engine, the shapes guest and its hosts. No workers: the test polls.
class DoorFixture : public ::testing::Test {
 protected:
  /// After the hosts are as the test wants them.
  void open(const wasm::EngineOptions& options = engine_options()) {
    expect(hosts.link(imports_));
    compiler_ = expect(wasm::Compiler::open(shared_home() / "compiled", {}, options.pooling, log_));
    engine = expect(wasm::Engine::create(options, imports_, memory_));
    pre = expect(engine->prepare(expect(compiler_->compile(guest("shapes"), true)), memory_));
  }

  template <typename Arguments>
  PolledCall<Arguments> call(Arguments arguments) {
    return PolledCall<Arguments>(*pre, std::move(arguments));
  }

  /// What the handler returns; throws where the call traps.
  template <typename Arguments>
  auto answer_to(Arguments arguments) {
    return expect(call(std::move(arguments)).finish());
  }

  Hosts hosts;
  std::unique_ptr<wasm::Engine> engine;
  std::unique_ptr<wasm::InstancePre> pre;

 private:
  template <typename T>
  static Result<T>::Value expect(Result<T> result) {
    if (!result.has_value()) throw std::runtime_error(result.error().message());
    return *std::move(result);
  }

  const wasm::ThreadEntry entry_;
  AwaitedLog log_;
  const wasm::MemoryBudget memory_;
  wasm::Imports imports_;
  std::unique_ptr<wasm::Compiler> compiler_;
};

}  // namespace hermes::testing
