#include "extensions/kv_store/kv_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

#include "extensions/kv_store/value.h"
#include "sql/database.h"
#include "testing/engine/temporary_directory.h"
#include "testing/extension_fixture.h"
#include "wit/hermes/kv_store.h"

namespace hermes::kv_store {
namespace {

using namespace wit::kv_store::kv_values;
using hermes::testing::call_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wit::kv_store::KvUpdate;

const Value kOne = KvS64{1};
const Value kTwo = KvS64{2};

class KvStoreTest : public hermes::testing::ExtensionFixture {
 protected:
  void SetUp() override { ASSERT_TRUE(extension->app_started({.id = "app"})); }

  static runtime::App app_with(const std::string& manifest) {
    return {.id = "app", .manifest = *json::Document::parse(manifest, "app.json")};
  }

  hermes::testing::TemporaryDirectory home;
  std::unique_ptr<runtime::Extension> extension = make(events, home.path());
  wit::kv_store::Api& kv = imports<wit::kv_store::Api>(*extension);
};

TEST_F(KvStoreTest, KeepsAValueAndItsType) {
  for (const Value& value :
       {Value(KvString{"1"}), Value(KvS64{1}), Value(KvU64{1}), Value(KvF64{1}),
        Value(KvBstr{{0, 255}}), Value(KvCbor{{0x80}}), Value(KvJson{"[]"})}) {
    ASSERT_TRUE(kv.kv_set(call, "key", value));
    EXPECT_TRUE(identical(*kv.kv_get(call, "key"), value));
  }
  ASSERT_TRUE(kv.kv_set(call, "key", std::nullopt));
  EXPECT_EQ(kv.kv_get(call, "key")->has_value(), false);
  EXPECT_TRUE(kv.kv_set(call, "key", std::nullopt)) << "there is nothing to delete";
  EXPECT_TRUE(kv.kv_set(call, "", kOne)) << "the empty key is a key";
}

TEST_F(KvStoreTest, AnswersTheDefaultForWhatIsAbsent) {
  EXPECT_TRUE(identical(*kv.kv_get_default(call, "key", kTwo), kTwo));
  EXPECT_TRUE(identical(*kv.kv_get_default(call, "key", std::nullopt), std::nullopt));
  ASSERT_TRUE(kv.kv_set(call, "key", kOne));
  EXPECT_TRUE(identical(*kv.kv_get_default(call, "key", kTwo), kOne));
}

TEST_F(KvStoreTest, GetSetReturnsTheOldValue) {
  EXPECT_TRUE(identical(*kv.kv_get_set(call, "key", kOne), std::nullopt));
  EXPECT_TRUE(identical(*kv.kv_get_set(call, "key", kTwo), kOne));
  EXPECT_TRUE(identical(*kv.kv_get_set(call, "key", kTwo), kTwo));
  EXPECT_TRUE(identical(*kv.kv_get_set(call, "key", std::nullopt), kTwo));
  EXPECT_TRUE(identical(*kv.kv_get(call, "key"), std::nullopt));
}

TEST_F(KvStoreTest, AddReturnsTheValueFromBefore) {
  EXPECT_TRUE(identical(*kv.kv_add(call, "key", std::nullopt), std::nullopt));
  EXPECT_TRUE(identical(*kv.kv_add(call, "key", kOne), std::nullopt));
  EXPECT_TRUE(identical(*kv.kv_add(call, "key", kOne), kOne));
  EXPECT_TRUE(identical(*kv.kv_add(call, "key", std::nullopt), kTwo));
  EXPECT_TRUE(identical(*kv.kv_get(call, "key"), kTwo));
}

TEST_F(KvStoreTest, CasStoresOnlyOverWhatItExpects) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(identical(*kv.kv_cas(call, "key", kOne, kTwo), std::nullopt)) << "it is absent";
  EXPECT_TRUE(identical(*kv.kv_cas(call, "key", std::nullopt, kOne), std::nullopt));
  EXPECT_TRUE(identical(*kv.kv_cas(call, "key", std::nullopt, kTwo), kOne)) << "it is not absent";
  EXPECT_TRUE(identical(*kv.kv_cas(call, "key", KvU64{1}, kTwo), kOne)) << "of another type";
  EXPECT_TRUE(identical(*kv.kv_cas(call, "key", kOne, KvF64{kNaN}), kOne));
  EXPECT_TRUE(identical(*kv.kv_cas(call, "key", KvF64{kNaN}, KvF64{0.0}), KvF64{kNaN}));
  EXPECT_TRUE(identical(*kv.kv_cas(call, "key", KvF64{-0.0}, kTwo), KvF64{0.0})) << "other bits";
  EXPECT_TRUE(identical(*kv.kv_cas(call, "key", KvF64{0.0}, std::nullopt), KvF64{0.0}));
  EXPECT_TRUE(identical(*kv.kv_get(call, "key"), std::nullopt));
}

TEST_F(KvStoreTest, TrapsOnWhatIsMalformedInEveryFunction) {
  const Value json = KvJson{"{"};
  const std::string why = "malformed JSON at byte 1: Missing a name for object member.";
  EXPECT_EQ(kv.kv_set(call, "key", json).error().message(), "kv-set: " + why);
  EXPECT_EQ(kv.kv_get_default(call, "key", json).error().message(), "kv-get-default: " + why);
  EXPECT_EQ(kv.kv_get_set(call, "key", json).error().message(), "kv-get-set: " + why);
  EXPECT_EQ(kv.kv_add(call, "key", json).error().message(), "kv-add: " + why);
  EXPECT_EQ(kv.kv_cas(call, "key", json, kOne).error().message(), "kv-cas: " + why);
  EXPECT_EQ(kv.kv_cas(call, "key", kOne, json).error().message(), "kv-cas: " + why);
  EXPECT_EQ(kv.kv_set(call, "key", KvCbor{{0xFF}}).error().message(),
            "kv-set: malformed CBOR at byte 1: a break ends nothing");
  EXPECT_TRUE(identical(*kv.kv_get(call, "key"), std::nullopt));
}

TEST_F(KvStoreTest, SubscribesTheModuleThatAsks) {
  auto one = call_of({.id = "app"}, "one");
  auto two = call_of({.id = "app"}, "two");
  EXPECT_TRUE(identical(*kv.kv_subscribe(one, "key"), std::nullopt));
  ASSERT_TRUE(kv.kv_set(two, "key", kOne));
  EXPECT_TRUE(identical(*kv.kv_subscribe(two, "key"), kOne));
  ASSERT_TRUE(kv.kv_set(two, "key", kTwo));
  EXPECT_TRUE(identical(*kv.kv_unsubscribe(one, "key"), kTwo));
  EXPECT_TRUE(identical(*kv.kv_unsubscribe(one, "key"), kTwo)) << "it is no longer subscribed";
  ASSERT_TRUE(kv.kv_set(two, "key", kOne));

  const auto posted = events.take();
  ASSERT_THAT(posted, SizeIs(3));
  EXPECT_THAT(posted[0].target.modules, ElementsAre("one"));
  EXPECT_THAT(posted[1].target.modules, ElementsAre("one", "two"));
  EXPECT_THAT(posted[2].target.modules, ElementsAre("two"));
}

TEST_F(KvStoreTest, EndsTheSixteenthEventOfAChain) {
  ASSERT_TRUE(kv.kv_subscribe(call, "key"));
  auto last = call_of({.id = "app"}, "module", KvUpdate::kHandler, 15);
  auto past = call_of({.id = "app"}, "module", KvUpdate::kHandler, 16);
  EXPECT_TRUE(kv.kv_set(last, "key", kOne));
  EXPECT_EQ(kv.kv_set(past, "key", kTwo).error().message(),
            "kv-set: nothing is written: kv-update of 'key' would follow 16 events, each raised by "
            "the handling of the one before");
}

TEST_F(KvStoreTest, KeepsAppsApart) {
  auto other = call_of({.id = "other"});
  ASSERT_TRUE(extension->app_started({.id = "other"}));
  ASSERT_TRUE(kv.kv_subscribe(other, "key"));
  ASSERT_TRUE(kv.kv_set(call, "key", kOne));
  EXPECT_TRUE(identical(*kv.kv_get(other, "key"), std::nullopt));
  EXPECT_THAT(events.take(), IsEmpty());
}

TEST_F(KvStoreTest, ReleasesWhatAStoppedAppHeld) {
  ASSERT_TRUE(kv.kv_set(call, "key", kOne));
  extension->app_stopped("app");
  EXPECT_EQ(kv.kv_get(call, "key").error().message(), "kv-get: the app has stopped");
  ASSERT_TRUE(extension->app_started({.id = "app"}));
  EXPECT_TRUE(identical(*kv.kv_get(call, "key"), std::nullopt));
}

TEST_F(KvStoreTest, KeepsValuesFromGenerationToGeneration) {
  ASSERT_TRUE(kv.kv_set(call, "key", kOne));
  ASSERT_TRUE(kv.kv_subscribe(call, "key"));
  const runtime::App first{.id = "app", .modules = {{call.module(), "", ""}}};
  const auto next = app_with(R"({"kv": {"memory_bytes": 0}})");
  ASSERT_TRUE(extension->app_changed(first, next));
  EXPECT_TRUE(identical(*kv.kv_get(call, "key"), kOne));
  EXPECT_EQ(kv.kv_set(call, "more", kOne).error().message(),
            "kv-set: the app's keys and values would take more than 0 bytes");
  ASSERT_TRUE(kv.kv_set(call, "key", kTwo)) << "it takes no more than before";
  EXPECT_THAT(events.take(), IsEmpty()) << "its module is gone";

  ASSERT_TRUE(extension->app_changed(next, first));
  ASSERT_TRUE(kv.kv_set(call, "key", kOne));
  EXPECT_THAT(events.take(), SizeIs(1)) << "it is back";
}

TEST_F(KvStoreTest, KeepsPersistentKeysWhenTheAppStops) {
  const auto persistent = app_with(R"({"kv": {"persistent": true}})");
  extension->app_stopped("app");
  ASSERT_TRUE(extension->app_started(persistent));
  ASSERT_TRUE(kv.kv_subscribe(call, "key"));
  ASSERT_TRUE(kv.kv_set(call, "key", kOne));
  ASSERT_TRUE(kv.kv_set(call, "gone", kOne));
  ASSERT_TRUE(kv.kv_set(call, "gone", std::nullopt));
  ASSERT_TRUE(kv.kv_add(call, "key", kOne));
  extension->app_stopped("app");

  ASSERT_TRUE(extension->app_started(persistent));
  EXPECT_TRUE(identical(*kv.kv_get(call, "key"), kTwo));
  EXPECT_TRUE(identical(*kv.kv_get(call, "gone"), std::nullopt));
  EXPECT_EQ(events.take().size(), 2U);
  ASSERT_TRUE(kv.kv_set(call, "key", kOne));
  EXPECT_THAT(events.take(), IsEmpty()) << "subscriptions end with the app";
}

TEST_F(KvStoreTest, WritesNothingToDiskWhenTheEventIsRefused) {
  const auto persistent = app_with(R"({"kv": {"persistent": true}})");
  extension->app_stopped("app");
  ASSERT_TRUE(extension->app_started(persistent));
  ASSERT_TRUE(kv.kv_set(call, "key", kOne));
  ASSERT_TRUE(kv.kv_subscribe(call, "key"));
  events.refuse(Error(Code::LimitReached, "10000 events wait"));
  EXPECT_FALSE(kv.kv_set(call, "key", kTwo).has_value());
  extension->app_stopped("app");
  ASSERT_TRUE(extension->app_started(persistent));
  EXPECT_TRUE(identical(*kv.kv_get(call, "key"), kOne));
}

TEST_F(KvStoreTest, WritesNothingWhenTheDiskRefuses) {
  extension->app_stopped("app");
  ASSERT_TRUE(extension->app_started(app_with(R"({"kv": {"persistent": true}})")));
  ASSERT_TRUE(kv.kv_set(call, "key", kOne));
  ASSERT_TRUE(kv.kv_subscribe(call, "key"));
  const auto other = *sql::open(home.path() / "data/app/keys.db", SQLITE_OPEN_READWRITE);
  ASSERT_TRUE(sql::run(*other, "BEGIN IMMEDIATE"));
  EXPECT_EQ(kv.kv_set(call, "key", kTwo).error().message(),
            "kv-set: nothing is written: 'key': database is locked");
  EXPECT_EQ(kv.kv_add(call, "new", kTwo).error().message(),
            "kv-add: nothing is written: 'new': database is locked");
  EXPECT_TRUE(identical(*kv.kv_get(call, "key"), kOne));
  EXPECT_TRUE(identical(*kv.kv_get(call, "new"), std::nullopt));
  EXPECT_THAT(events.take(), IsEmpty()) << "nobody is told, even of what begins at once";
  ASSERT_TRUE(sql::run(*other, "ROLLBACK"));
  EXPECT_TRUE(kv.kv_set(call, "key", kTwo));
}

TEST_F(KvStoreTest, PersistentKeysCountAsMemory) {
  extension->app_stopped("app");
  ASSERT_TRUE(extension->app_started(app_with(R"({"kv": {"persistent": true}})")));
  ASSERT_TRUE(kv.kv_set(call, "key", kOne));
  extension->app_stopped("app");
  const auto tight = app_with(R"({"kv": {"persistent": true, "memory_bytes": 1}})");
  ASSERT_TRUE(extension->app_started(tight)) << "what is there stays";
  EXPECT_TRUE(identical(*kv.kv_get(call, "key"), kOne));
  EXPECT_EQ(kv.kv_set(call, "more", kOne).error().code(), Code::LimitReached);
  EXPECT_TRUE(kv.kv_set(call, "key", std::nullopt));
}

TEST_F(KvStoreTest, PersistenceDoesNotChangeWhileTheAppRuns) {
  const runtime::App before{.id = "app"};
  const auto after = app_with(R"({"kv": {"persistent": true}})");
  EXPECT_EQ(extension->app_changed(before, after).error().message(),
            "/kv/persistent cannot change while the app runs");
}

TEST_F(KvStoreTest, RefusesAnAppThatAsksForWhatItCannotHave) {
  EXPECT_TRUE(extension->app_started(app_with(R"({"kv": {"persistent": false}})")));
  const struct {
    const char* manifest;
    const char* error;
  } cases[] = {
      {R"({"kv": {"persistent": "yes"}})",
       "app.json:1:23: /kv/persistent: expected a boolean, found a string"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(extension->app_started(app_with(c.manifest)).error().message(), c.error);
  }
  EXPECT_FALSE(extension->app_started(app_with(R"({"kv": {"persist": true}})")));
  EXPECT_FALSE(extension->app_started(app_with(R"({"kv": {"memory_bytes": 67108865}})")));
}

}  // namespace
}  // namespace hermes::kv_store
