// Values of every shape cross the door in both directions, and are what they were.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "testing/engine/door/door_fixture.h"
#include "wit/hermes/doc_sync.h"
#include "wit/hermes/http_gateway.h"
#include "wit/hermes/integration_test.h"
#include "wit/hermes/ipfs.h"

namespace hermes::testing {
namespace {

using ::testing::ElementsAre;
using Bytes = std::vector<std::uint8_t>;
using Strings = std::vector<std::string>;
using wit::http_gateway::Headers;

// The door with the pool and on demand; a sanitizer cannot follow the pool.
class ShapesTest : public DoorFixture, public ::testing::WithParamInterface<bool> {
 protected:
  void open() { DoorFixture::open({.pooling = GetParam(), .slots = 4}); }

  /// The guest's tests, which send values through imports and compare what comes back.
  void expect_that_imports_come_back() {
    constexpr std::size_t kShapes = 53;
    Strings names;
    while (const auto result = answer_to(wit::integration_test::Test{number_of(names), true})) {
      EXPECT_TRUE(result->status) << result->name;
      names.push_back(result->name);
    }
    EXPECT_EQ(names.size(), kShapes) << ::testing::PrintToString(names);
  }

 private:
  static std::uint32_t number_of(const Strings& names) {
    return static_cast<std::uint32_t>(names.size());
  }
};

INSTANTIATE_TEST_SUITE_P(OnDemand, ShapesTest, ::testing::Values(false));
#ifndef HERMES_SANITIZED
INSTANTIATE_TEST_SUITE_P(Pooling, ShapesTest, ::testing::Values(true));
#endif

TEST_P(ShapesTest, EveryImportComesBack) {
  open();
  expect_that_imports_come_back();
  EXPECT_EQ(hosts.sqlite->alive(), 0);
}

TEST_P(ShapesTest, OptionsOfAnImportAreTold) {
  open();
  expect_that_imports_come_back();
  using wit::logging::Level;
  EXPECT_THAT(
      hosts.logging.records(),
      ElementsAre(LoggingHost::Record{Level::Error, "logging.c", "every_argument", 7, UINT32_MAX,
                                      "context", "with everything", "{\"a\":1}"},
                  LoggingHost::Record{Level::Debug, std::nullopt, std::nullopt, std::nullopt,
                                      std::nullopt, std::nullopt, "with nothing", std::nullopt}));
}

TEST_P(ShapesTest, AnEventCarriesARecordAndGivesABool) {
  open();
  EXPECT_TRUE(answer_to(wit::cron::OnCron{{"* * * * *", "tag"}, true}));
  EXPECT_FALSE(answer_to(wit::cron::OnCron{{"", "t\xc3\xa4g"}, false}));
}

TEST_P(ShapesTest, AnEventCarriesEachCaseOfAVariant) {
  open();
  using namespace wit::kv_store::kv_values;
  const std::vector<wit::kv_store::KvValues> values = {
      KvString{""},
      KvString{"h\xc3\xa9llo"},
      KvS64{INT64_MIN},
      KvU64{UINT64_MAX},
      KvF64{-0.1},
      KvBstr{{0, 255, 0}},
      KvCbor{{0x83, 1, 2, 3}},
      KvJson{"[1,{}]"},
      KvBstr{Bytes(1 << 20, 7)},
  };
  for (const auto& value : values) {
    answer_to(wit::kv_store::KvUpdate{"key", value});
    EXPECT_EQ(hosts.kv_store.kept().at("key"), value) << "case " << value.index();
  }
}

TEST_P(ShapesTest, AnEventCarriesBytesAndOptions) {
  open();
  wit::ipfs::PubsubMessage message{"topic", {1, 0, 2}, "a peer"};
  EXPECT_TRUE(answer_to(wit::ipfs::OnTopic{message}));
  EXPECT_EQ(hosts.kv_store.kept().at("topic"),
            wit::kv_store::KvValues(wit::kv_store::kv_values::KvBstr{{1, 0, 2}}));
  message.publisher = "";
  EXPECT_FALSE(answer_to(wit::ipfs::OnTopic{message}));
  message.publisher = std::nullopt;
  EXPECT_FALSE(answer_to(wit::ipfs::OnTopic{message}));

  answer_to(wit::doc_sync::OnNewDoc{"channel", {}});
  EXPECT_EQ(hosts.kv_store.kept().at("channel"),
            wit::kv_store::KvValues(wit::kv_store::kv_values::KvBstr{}));
}

TEST_P(ShapesTest, AnEventGivesAListOfBytes) {
  open();
  EXPECT_THAT(answer_to(wit::doc_sync::ReturnCids{"abc"}),
              ElementsAre(Bytes{'a'}, Bytes{'b', 'b'}, Bytes{'c', 'c', 'c'}));
  EXPECT_THAT(answer_to(wit::doc_sync::ReturnCids{""}), ElementsAre());
}

TEST_P(ShapesTest, AnEventGivesAnOptionOfBytes) {
  open();
  EXPECT_EQ(answer_to(wit::doc_sync::RetrieveDoc{"channel", {1, 2, 0}}), Bytes({1, 2, 0}));
  EXPECT_EQ(answer_to(wit::doc_sync::RetrieveDoc{"channel", {}}), Bytes());
  EXPECT_EQ(answer_to(wit::doc_sync::RetrieveDoc{"", {1}}), std::nullopt);
}

TEST_P(ShapesTest, AnEventGivesAnOptionOfAVariant) {
  open();
  using namespace wit::http_gateway::http_gateway_response;
  const Headers headers = {{"accept", {"a", "", "b"}}, {"", {}}};
  const auto reply = [&](std::string method) {
    return answer_to(
        wit::http_gateway::ReplyEvent{{'b', 0}, headers, "/path?q", std::move(method)});
  };
  EXPECT_EQ(reply("NONE"), std::nullopt);
  EXPECT_EQ(reply("REDIRECT"), wit::http_gateway::HttpGatewayResponse(InternalRedirect{"/path?q"}));
  EXPECT_EQ(reply("GET"), wit::http_gateway::HttpGatewayResponse(Http{{7, headers, {'b', 0}}}));
}

TEST_P(ShapesTest, AnEventGivesAnOptionOfARecord) {
  open();
  using namespace wit::http_gateway;
  const Headers headers = {{"cookie", {"1"}}};
  const auto answer = [&](AuthLevel level) { return answer_to(ValidateAuth{{headers, level}}); };
  EXPECT_EQ(answer(auth_level::None{}), std::nullopt);
  EXPECT_EQ(answer(auth_level::Required{}), HttpResponse({401, headers, {}}));
  EXPECT_EQ(answer(auth_level::Optional{}), HttpResponse({200, headers, {}}));
}

TEST_P(ShapesTest, AnEventLendsResources) {
  open();
  using wit::kv_store::kv_values::KvU64;
  const auto subscription = std::make_shared<TestSubscription>(UINT64_MAX);
  answer_to(wit::cardano::OnCardanoBlock{subscription, std::make_shared<TestBlock>(77)});
  EXPECT_EQ(hosts.kv_store.kept().at("magic"), wit::kv_store::KvValues(KvU64{UINT64_MAX}));
  EXPECT_EQ(hosts.kv_store.kept().at("slot"), wit::kv_store::KvValues(KvU64{77}));
  EXPECT_FALSE(subscription->ended());

  answer_to(
      wit::cardano::OnCardanoImmutableRollForward{subscription, std::make_shared<TestBlock>(78)});
  EXPECT_EQ(hosts.kv_store.kept().at("slot"), wit::kv_store::KvValues(KvU64{78}));
  EXPECT_TRUE(subscription->ended());
}

TEST_P(ShapesTest, EveryCallHasItsOwnInstance) {
  open();
  auto first = call(wit::doc_sync::ReturnCids{"a"});
  auto second = call(wit::doc_sync::ReturnCids{"bc"});
  EXPECT_THAT(*second.finish(), ElementsAre(Bytes{'b'}, Bytes{'c', 'c'}));
  EXPECT_THAT(*first.finish(), ElementsAre(Bytes{'a'}));
}

}  // namespace
}  // namespace hermes::testing
