// Slices of calls, as the ticks of the epoch clock cut them: the test ticks within host functions.

#include <gtest/gtest.h>

#include <any>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

#include "base/unique_function.h"
#include "runtime/wasm_executor.h"
#include "testing/engine/door/door_fixture.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using runtime::Execution;
using wit::cron::OnCron;
using Shape = wit::integration_test::Test;
using Progress = Execution::Progress;

// Ticks where a value arrives.
class SqliteThatTicks final : public SqliteHost {
 public:
  explicit SqliteThatTicks(UniqueFunction<void()> tick) : tick_(std::move(tick)) {}

 private:
  Result<> on_bind() override {
    tick_();
    return {};
  }
  UniqueFunction<void()> tick_;
};

class SlicesTest : public ::testing::Test {
 protected:
  SlicesTest() {
    hosts_.cron = std::make_unique<CronThatAdds>([this]() -> Result<bool> {
      executor_->tick();
      return true;
    });
    hosts_.sqlite = std::make_unique<SqliteThatTicks>([this] { executor_->tick(); });
    expect(hosts_.link(imports_));
    const auto options = engine_options();
    const auto compiler =
        expect(wasm::Compiler::open(shared_home() / "compiled", {}, options.pooling, log_));
    executor_ = expect(runtime::WasmExecutor::create(options, imports_, *memory_, log_));
    program_ =
        expect(executor_->prepare(expect(compiler->compile(guest("shapes"), true)), memory_));
  }

  /// A call of the handler, not yet polled. One at a time.
  template <runtime::EventArguments Arguments>
  std::unique_ptr<Execution> call(Arguments arguments) {
    event_ = std::make_unique<runtime::Event>(runtime::Event{
        &wasm::kExportType<Arguments>, std::move(arguments), {.app = "app"}, {}, {}, {}});
    return expect(program_->start(
        *event_, {.app = app_, .module = "shapes", .event = Arguments::kHandler}, wakes_));
  }

  /// The shape that binds several values.
  std::unique_ptr<Execution> call_that_binds() {
    for (std::uint32_t i = 0;; ++i) {
      const auto execution = call(Shape{i, false});
      while (execution->poll() != Progress::Finished) {
      }
      const auto reply = std::any_cast<Shape::Reply>(expect(execution->take_reply()));
      if (!reply) throw std::runtime_error("no such shape");
      if (reply->name == "sqlite: every case of a variant") return call(Shape{i, true});
    }
  }

 private:
  template <typename T>
  static Result<T>::Value expect(Result<T> result) {
    if (!result.has_value()) throw std::runtime_error(result.error().message());
    return *std::move(result);
  }

  const wasm::ThreadEntry entry_;
  AwaitedLog log_;
  Hosts hosts_;
  wasm::Imports imports_;
  const std::shared_ptr<const wasm::MemoryBudget> memory_ =
      std::make_shared<const wasm::MemoryBudget>();
  const std::shared_ptr<const runtime::App> app_ =
      std::make_shared<const runtime::App>(runtime::App{.id = "app"});
  const std::shared_ptr<Wakes> wakes_ = std::make_shared<Wakes>();
  std::unique_ptr<runtime::WasmExecutor> executor_;
  std::shared_ptr<const runtime::Program> program_;
  std::unique_ptr<runtime::Event> event_;
};

TEST_F(SlicesTest, DoNotEndWithTheFirstTick) {
  const auto execution = call(OnCron{{"* * * * *", "tag"}, true});
  EXPECT_EQ(execution->poll(), Progress::Finished);
}

TEST_F(SlicesTest, EndWithEachFurtherTick) {
  const auto execution = call_that_binds();
  int slices = 1;
  while (execution->poll() == Progress::Yielded) ++slices;
  EXPECT_GT(slices, 1);
  EXPECT_TRUE(execution->take_reply());
}

}  // namespace
}  // namespace hermes::testing
