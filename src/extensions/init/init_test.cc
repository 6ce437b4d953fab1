#include "extensions/init/init.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <any>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "testing/extension_fixture.h"
#include "wit/hermes/init.h"

namespace hermes::init {
namespace {

using hermes::testing::call_of;
using hermes::testing::deliver;
using hermes::testing::end;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Requests final : runtime::Shutdown {
  void request(int code) override { codes.push_back(code); }
  std::vector<int> codes;
};

class InitTest : public hermes::testing::ExtensionFixture {
 protected:
  static runtime::App app_of(const std::vector<std::string>& modules) {
    runtime::App app{.id = "app"};
    for (const auto& id : modules) app.modules.push_back({id, "", "{}"});
    return app;
  }

  void open(const runtime::App& app) {
    extension->app_opening(app, [this](const Result<>& result) {
      ASSERT_FALSE(ready) << "it is called once";
      ready = result ? "ready" : result.error().message();
    });
  }

  /// The one event that is on its way.
  runtime::Event next() {
    auto posted = events.take();
    EXPECT_THAT(posted, SizeIs(1));
    return std::move(posted.at(0));
  }

  Requests shutdown;
  std::optional<std::string> ready;
  std::unique_ptr<runtime::Extension> extension = make(events, shutdown);
  wit::init::Api& api = imports<wit::init::Api>(*extension);
};

TEST_F(InitTest, AsksOneModuleAfterTheOther) {
  open(app_of({"second", "first"}));
  auto event = next();
  EXPECT_EQ(event.handler(), "hermes:init/event#init");
  EXPECT_EQ(event.target.app, "app");
  EXPECT_THAT(event.target.modules, ElementsAre("second")) << "in the order of the manifest";
  EXPECT_TRUE(event.options.during_start);
  EXPECT_TRUE(deliver(event, std::any(true)));
  EXPECT_EQ(ready, std::nullopt);

  event = next();
  EXPECT_THAT(event.target.modules, ElementsAre("first"));
  EXPECT_TRUE(deliver(event, std::any(true)));
  EXPECT_EQ(ready, "ready");
  EXPECT_THAT(events.take(), IsEmpty());
}

TEST_F(InitTest, PassesOverModulesWithoutTheExport) {
  open(app_of({"silent", "module"}));
  auto event = next();
  end(event, runtime::EventOutcome::NoHandler);
  event = next();
  EXPECT_THAT(event.target.modules, ElementsAre("module"));
  end(event, runtime::EventOutcome::NoHandler);
  EXPECT_EQ(ready, "ready");
}

TEST_F(InitTest, IsReadyAtOnceWithoutModules) {
  open(app_of({}));
  EXPECT_EQ(ready, "ready");
}

TEST_F(InitTest, EndsWithTheFirstModuleThatFails) {
  const struct {
    Result<std::any> answer;
    const char* error;
  } cases[] = {
      {std::any(false), "init of module 'bad': it answered false"},
      {Error(Code::GuestFailed, "unreachable"), "init of module 'bad': unreachable"},
      {Error(Code::TimedOut, "30 s are over"), "init of module 'bad': 30 s are over"},
  };
  for (const auto& c : cases) {
    ready = std::nullopt;
    open(app_of({"good", "bad", "unasked"}));
    auto event = next();
    EXPECT_TRUE(deliver(event, std::any(true)));
    event = next();
    EXPECT_TRUE(deliver(event, c.answer));
    EXPECT_EQ(ready, c.error);
    EXPECT_THAT(events.take(), IsEmpty());
  }
}

TEST_F(InitTest, FailsWhenTheEventIsRefusedOrNeverBegins) {
  events.refuse(Error(Code::Busy, "the queue is full"));
  open(app_of({"module"}));
  EXPECT_EQ(ready, "init of module 'module': the queue is full");

  ready = std::nullopt;
  events.refuse(std::nullopt);
  open(app_of({"module"}));
  auto event = next();
  end(event, runtime::EventOutcome::AppStopped);
  EXPECT_EQ(ready, "init of module 'module': the app is stopping");
}

TEST_F(InitTest, EndsTheEngineForAnAppThatMay) {
  EXPECT_EQ(api.done(call, 3).error().message(), "done: app 'app' lacks the permission 'shutdown'");
  EXPECT_THAT(shutdown.codes, IsEmpty());

  auto allowed = call_of({.id = "app", .permissions = {"shutdown"}});
  EXPECT_TRUE(api.done(allowed, 3));
  EXPECT_THAT(shutdown.codes, ElementsAre(3));
}

}  // namespace
}  // namespace hermes::init
