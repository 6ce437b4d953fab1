#include "extensions/kv_store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/strings.h"
#include "testing/posted_events.h"

namespace hermes::kv_store {
namespace {

using namespace wit::kv_store::kv_values;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wit::kv_store::KvUpdate;

class StoreTest : public ::testing::Test {
 protected:
  static std::string text(const MaybeValue& value) {
    return value ? std::get<KvString>(*value).value : "absent";
  }

  hermes::testing::PostedEvents events;
  Store store{"app", events, {.app_bytes = 1'000, .value_bytes = 400, .key_bytes = 8, .depth = 2}};
};

TEST_F(StoreTest, LimitsKeysAndValues) {
  EXPECT_EQ(store.get("too long!").error().message(), "a key of 9 bytes is more than 8 bytes");
  EXPECT_EQ(store.set("key", KvString{std::string(401, 'x')}, 0).error().message(),
            "a value of 401 bytes is more than 400 bytes");
  EXPECT_TRUE(store.add("key", KvString{std::string(300, 'x')}, 0));
  EXPECT_TRUE(store.add("key", KvString{std::string(300, 'y')}, 0));
  EXPECT_EQ(text(*store.get("key")), std::string(300, 'x') + std::string(100, 'y'));
}

TEST_F(StoreTest, LimitsWhatAllKeysTake) {
  const Value big = KvString{std::string(300, 'x')};
  ASSERT_TRUE(store.set("a", big, 0));
  const auto one = store.memory();
  ASSERT_TRUE(store.set("b", big, 0));
  EXPECT_EQ(store.set("c", big, 0).error().message(),
            "the app's keys and values would take more than 1000 bytes");
  EXPECT_EQ(text(*store.get("c")), "absent");
  EXPECT_EQ(store.add("a", KvString{"more than there is"}, 0).error().code(), Code::LimitReached);
  EXPECT_EQ(text(*store.get("a")), std::string(300, 'x'));

  ASSERT_TRUE(store.set("b", std::nullopt, 0));
  EXPECT_EQ(store.memory(), one);
  ASSERT_TRUE(store.set("a", std::nullopt, 0));
  EXPECT_EQ(store.memory(), 0U);
}

TEST_F(StoreTest, CountsSubscriptions) {
  ASSERT_TRUE(store.subscribe("key", "module"));
  EXPECT_GT(store.memory(), 0U);
  const auto one = store.memory();
  ASSERT_TRUE(store.subscribe("key", "module"));
  EXPECT_EQ(store.memory(), one) << "it subscribes once";
  ASSERT_TRUE(store.unsubscribe("key", "module"));
  EXPECT_EQ(store.memory(), 0U);

  const std::string longest(1'000, 'm');
  EXPECT_EQ(store.subscribe("key", longest).error().code(), Code::LimitReached);
  EXPECT_EQ(store.memory(), 0U);
}

TEST_F(StoreTest, PostsWhatChangesASubscribedKey) {
  ASSERT_TRUE(store.subscribe("key", "one"));
  ASSERT_TRUE(store.subscribe("key", "two"));
  ASSERT_TRUE(store.set("key", KvString{"a"}, 0));
  ASSERT_TRUE(store.set("other", KvString{"a"}, 0));
  ASSERT_TRUE(store.set("key", KvString{"a"}, 0)) << "which changes nothing";
  ASSERT_TRUE(store.add("key", KvString{"b"}, 1));
  ASSERT_TRUE(store.set("key", std::nullopt, 0)) << "a deletion is no event";
  ASSERT_TRUE(store.set("key", KvString{"c"}, 0));

  const auto posted = events.take();
  ASSERT_THAT(posted, SizeIs(3));
  EXPECT_EQ(text(posted[0].as<KvUpdate>().value), "a");
  EXPECT_EQ(text(posted[1].as<KvUpdate>().value), "ab");
  EXPECT_EQ(text(posted[2].as<KvUpdate>().value), "c");
  EXPECT_EQ(posted[0].as<KvUpdate>().key, "key");
  EXPECT_EQ(posted[0].handler(), "hermes:kv-store/event#kv-update");
  EXPECT_EQ(posted[0].source, (runtime::Source{"kv_store", "key"}));
  EXPECT_EQ(posted[0].target.app, "app");
  EXPECT_THAT(posted[0].target.modules, ElementsAre("one", "two"));
  EXPECT_EQ(posted[0].options.depth, 1U);
  EXPECT_EQ(posted[1].options.depth, 2U);
}

TEST_F(StoreTest, PostsToWhoIsStillSubscribed) {
  ASSERT_TRUE(store.subscribe("key", "one"));
  ASSERT_TRUE(store.subscribe("key", "two"));
  ASSERT_TRUE(store.unsubscribe("key", "one"));
  ASSERT_TRUE(store.set("key", KvString{"a"}, 0));
  EXPECT_THAT(events.take().at(0).target.modules, ElementsAre("two"));
  EXPECT_EQ(text(*store.unsubscribe("key", "two")), "a");
  ASSERT_TRUE(store.set("key", KvString{"b"}, 0));
  EXPECT_THAT(events.take(), IsEmpty());
}

TEST_F(StoreTest, TheSubscriptionsOfModulesThatAreGoneRest) {
  ASSERT_TRUE(store.subscribe("key", "one"));
  ASSERT_TRUE(store.subscribe("key", "two"));
  const Store::Modules one{{"one", "", ""}};
  const Store::Modules two{{"two", "", ""}};
  store.change_modules(one, two);
  ASSERT_TRUE(store.set("key", KvString{"a"}, 0));
  EXPECT_THAT(events.take().at(0).target.modules, ElementsAre("two"));
  store.change_modules(two, {});
  ASSERT_TRUE(store.set("key", KvString{"b"}, 0));
  EXPECT_THAT(events.take(), IsEmpty());
  store.change_modules({}, {{"one", "", ""}, {"two", "", ""}});
  ASSERT_TRUE(store.set("key", KvString{"c"}, 0));
  EXPECT_THAT(events.take().at(0).target.modules, ElementsAre("one", "two"));
}

TEST_F(StoreTest, WritesNothingWhenTheEventIsRefused) {
  ASSERT_TRUE(store.set("key", KvString{"old"}, 0));
  ASSERT_TRUE(store.subscribe("key", "module"));
  const auto before = store.memory();
  events.refuse(Error(Code::LimitReached, "10000 events wait"));
  EXPECT_EQ(store.set("key", KvString{"new and longer"}, 0).error().message(),
            "nothing is written: kv-update of 'key': the event queue of the app is full: 10000 "
            "events wait");
  events.refuse(Error(Code::Busy, "100000 events wait"));
  EXPECT_EQ(store.add("key", KvString{"more"}, 0).error().message(),
            "nothing is written: kv-update of 'key': the event queue of the engine is full: 100000 "
            "events wait");
  EXPECT_EQ(text(*store.get("key")), "old");
  EXPECT_EQ(store.memory(), before);

  EXPECT_TRUE(store.set("key", std::nullopt, 0)) << "a deletion posts nothing";
}

TEST_F(StoreTest, EndsAChainOfEvents) {
  ASSERT_TRUE(store.subscribe("key", "module"));
  EXPECT_TRUE(store.set("key", KvString{"a"}, 1));
  EXPECT_EQ(store.set("key", KvString{"b"}, 2).error().message(),
            "nothing is written: kv-update of 'key' would follow 2 events, each raised by the "
            "handling of the one before");
  EXPECT_EQ(text(*store.get("key")), "a");
  EXPECT_TRUE(store.set("other", KvString{"b"}, 2)) << "nobody hears of it";
}

// Also what the thread sanitizer looks at.
TEST_F(StoreTest, LosesNoUpdateOfManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 5'000;
  Store roomy("app", events, {});
  ASSERT_TRUE(roomy.subscribe("watched", "module"));
  const auto work = [&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      EXPECT_TRUE(roomy.add("sum", KvS64{1}, 0));
      for (;;) {  // As a guest would add with kv-cas.
        const auto current = *roomy.get("cas");
        const auto n = current ? std::get<KvS64>(*current).value : 0;
        if (identical(*roomy.compare_and_set("cas", current, KvS64{n + 1}, 0), current)) break;
      }
      if (round % 10 == 0) {
        EXPECT_TRUE(roomy.add("watched", KvU64{1}, 0));
      }
      const auto own = concat("own", thread);
      EXPECT_TRUE(roomy.set(own, KvS64{round}, 0));
      EXPECT_TRUE(roomy.set(own, std::nullopt, 0));
    }
  };
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back(work, thread);
  }
  EXPECT_TRUE(identical(*roomy.get("sum"), KvS64{kThreads * kRounds}));
  EXPECT_TRUE(identical(*roomy.get("cas"), KvS64{kThreads * kRounds}));

  std::uint64_t last = 0;
  for (const auto& event : events.take()) {
    EXPECT_TRUE(identical(event.as<KvUpdate>().value, KvU64{++last})) << "in the order of writes";
  }
  EXPECT_EQ(last, kThreads * kRounds / 10);
}

}  // namespace
}  // namespace hermes::kv_store
