// What fails on either side becomes the trap of one call, and nothing of a call is left behind.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/unique_function.h"
#include "testing/engine/door/door_fixture.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using ::testing::StartsWith;
using wit::cardano::OnCardanoBlock;
using wit::cron::OnCron;

const OnCron kOnCron{{"* * * * *", "tag"}, true};

// Does what the test says where a value arrives.
class SqliteThat final : public SqliteHost {
 public:
  explicit SqliteThat(UniqueFunction<Result<>()> on_bind) : on_bind_(std::move(on_bind)) {}

 private:
  Result<> on_bind() override { return on_bind_(); }
  UniqueFunction<Result<>()> on_bind_;
};

class DoorFailuresTest : public DoorFixture {
 protected:
  void add_does(UniqueFunction<Result<bool>()> add) {
    hosts.cron = std::make_unique<CronThatAdds>(std::move(add));
  }
  void bind_does(UniqueFunction<Result<>()> on_bind) {
    hosts.sqlite = std::make_unique<SqliteThat>(std::move(on_bind));
  }

  /// The shape that opens a database and a statement, and binds values.
  PolledCall<wit::integration_test::Test> call_that_binds() {
    constexpr auto kName = "sqlite: every case of a variant";
    for (std::uint32_t i = 0;; ++i) {
      const auto shape = answer_to(wit::integration_test::Test{i, false});
      if (!shape) throw std::runtime_error("no such shape");
      if (shape->name == kName) return call(wit::integration_test::Test{i, true});
    }
  }
};

TEST_F(DoorFailuresTest, AnErrorTrapsTheCallWithItsMessage) {
  add_does([] { return Error(Code::LimitReached, "the app is at its limit"); });
  open();
  const auto error = call(kOnCron).finish().error();
  EXPECT_EQ(error.code(), Code::GuestFailed);
  EXPECT_THAT(error.message(), StartsWith("hermes:cron/api#add: the app is at its limit"));
}

#ifndef HERMES_SANITIZED  // Which takes a fiber's stack for wrong where an exception was thrown.
TEST_F(DoorFailuresTest, AnExceptionTrapsTheCall) {
  add_does([]() -> Result<bool> { throw std::runtime_error("thrown"); });
  open();
  EXPECT_THAT(call(kOnCron).finish().error().message(), StartsWith("hermes:cron/api#add: thrown"));
}

TEST_F(DoorFailuresTest, WhateverIsThrownTrapsTheCall) {
  add_does([]() -> Result<bool> { throw 42; });
  open();
  EXPECT_THAT(call(kOnCron).finish().error().message(),
              StartsWith("hermes:cron/api#add: an unknown C++ exception"));
}
#endif

TEST_F(DoorFailuresTest, AFailedCallLeavesTheNextAlone) {
  int calls = 0;
  add_does([&]() -> Result<bool> {
    if (++calls == 1) return Error(Code::Busy, "once");
    return true;
  });
  open();
  EXPECT_FALSE(call(kOnCron).finish().has_value());
  EXPECT_TRUE(answer_to(kOnCron));
}

TEST_F(DoorFailuresTest, ResourcesEndWithACallThatTraps) {
  bind_does([this]() -> Result<> {
    EXPECT_EQ(hosts.sqlite->alive(), 2);
    return Error(Code::GuestFailed, "no");
  });
  open();
  {
    auto call = call_that_binds();
    EXPECT_THAT(call.finish().error().message(),
                StartsWith("hermes:sqlite/api#[method]statement.bind: no"));
  }
  EXPECT_EQ(hosts.sqlite->alive(), 0);
}

TEST_F(DoorFailuresTest, ResourcesEndWithACallThatIsCancelled) {
  bind_does([this]() -> Result<> {
    engine->tick();
    return {};
  });
  open();
  {
    auto call = call_that_binds();
    ASSERT_EQ(call.poll(), wasm::Call::Progress::Yielded);
    EXPECT_EQ(hosts.sqlite->alive(), 2);
  }
  EXPECT_EQ(hosts.sqlite->alive(), 0);
}

TEST_F(DoorFailuresTest, ACallThatYieldsGoesOn) {
  bind_does([this]() -> Result<> {
    engine->tick();
    return {};
  });
  open();
  auto call = call_that_binds();
  ASSERT_EQ(call.poll(), wasm::Call::Progress::Yielded);
  EXPECT_TRUE((*call.finish())->status);
}

TEST_F(DoorFailuresTest, WhatAnEventLendsIsGivenBack) {
  open();
  const auto block = std::make_shared<const TestBlock>(1);
  {
    auto call = this->call(OnCardanoBlock{std::make_shared<TestSubscription>(1), block});
    EXPECT_GT(block.use_count(), 1);
    EXPECT_TRUE(call.finish());
  }
  EXPECT_EQ(block.use_count(), 1);
}

TEST_F(DoorFailuresTest, WhatAnEventLendsIsGivenBackWhenTheCallNeverRuns) {
  open();
  const auto block = std::make_shared<const TestBlock>(1);
  {
    auto call = this->call(OnCardanoBlock{std::make_shared<TestSubscription>(1), block});
    call.cancel();
  }
  EXPECT_EQ(block.use_count(), 1);
}

}  // namespace
}  // namespace hermes::testing
