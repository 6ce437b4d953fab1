// Cron and keys, between real components.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "base/strings.h"
#include "extensions/cron/cron.h"
#include "extensions/init/init.h"
#include "extensions/kv_store/kv_store.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/imports_of.h"
#include "testing/extension_fixture.h"
#include "wit/hermes/cron.h"
#include "wit/hermes/kv_store.h"

namespace hermes::testing {
namespace {

using wit::cron::OnCron;

// The guest writes the tag of each cron event to a key that it watches, and prints what it sees.
class ExtensionsTest : public EngineFixture {
 protected:
  void start_watch() {
    config.workers = 3;
    create();
    auto kv_store = kv_store::make(engine->events());
    kv_store_ = &imports_of<wit::kv_store::Api>(*kv_store);
    start(cron::make(clock, engine->events()), std::move(kv_store),
          init::make(engine->events(), *engine));
    start_app(app_of("watch", {"watch"}));
    log.wait_for("saw delayed");
  }

  std::string seen() {
    auto call = call_of({.id = "local:watch"});
    const auto value = expect(kv_store_->kv_get(call, "seen"));
    return std::get<wit::kv_store::kv_values::KvString>(*value).value;
  }

  void write(std::string_view value) {
    auto call = call_of({.id = "local:watch"});
    expect(
        kv_store_->kv_set(call, "watched", wit::kv_store::kv_values::KvString{std::string(value)}));
  }

 private:
  wit::kv_store::Api* kv_store_ = nullptr;
};

TEST_F(ExtensionsTest, ADelayFires) {
  start_watch();
  EXPECT_EQ(seen(), "delayed ");
}

TEST_F(ExtensionsTest, UpdatesArriveInTheOrderOfTheWrites) {
  constexpr int kWrites = 200;
  start_watch();
  std::string expected = "delayed ";
  for (int i = 0; i < kWrites; ++i) {
    write(std::to_string(i));
    expected += concat(i, " ");
  }
  log.wait_for(concat("saw ", kWrites - 1));
  EXPECT_EQ(seen(), expected);
}

TEST_F(ExtensionsTest, GuestsWriteAndGuestsAreTold) {
  constexpr int kWrites = 100;
  start_watch();
  std::string expected = "delayed ";
  for (int i = 0; i < kWrites; ++i) {
    post("watch", OnCron{{"", std::to_string(i)}, false}, "one source");
    expected += concat(i, " ");
  }
  log.wait_for(concat("saw ", kWrites - 1));
  EXPECT_EQ(seen(), expected);
}

TEST_F(ExtensionsTest, KeysEndWithTheApp) {
  start_watch();
  write("before");
  log.wait_for("saw before");
  expect(engine->stop_app("local:watch"));

  start_app(app_of("watch", {"watch"}));
  write("again");
  log.wait_for("saw again");
  EXPECT_THAT(seen(), ::testing::Not(::testing::HasSubstr("before")));
}

}  // namespace
}  // namespace hermes::testing
