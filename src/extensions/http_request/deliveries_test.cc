#include "extensions/http_request/deliveries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/extension_fixture.h"

namespace hermes::http_request {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

class DeliveriesTest : public hermes::testing::ExtensionFixture {
 protected:
  void deliver(std::uint64_t id) { deliveries.deliver({"app", "module"}, {id, {'x'}}, share); }

  Deliveries deliveries{time, events, log};
  std::shared_ptr<int> share = std::make_shared<int>();
};

TEST_F(DeliveriesTest, AResponseGoesToTheModuleThatSentAndToNoOther) {
  deliver(7);
  const auto posted = events.take();
  ASSERT_THAT(posted, SizeIs(1));
  EXPECT_EQ(posted[0].target.app, "app");
  EXPECT_THAT(posted[0].target.modules, ::testing::ElementsAre("module"));
  EXPECT_TRUE(posted[0].source.unique);
  EXPECT_EQ(posted[0].as<wit::http_request::OnHttpResponse>().request_id, 7);
  EXPECT_EQ(share.use_count(), 1);
}

TEST_F(DeliveriesTest, AFullQueueIsTriedAgainEachSecond) {
  events.refuse(Error(Code::LimitReached, "full"));
  deliver(1);
  deliver(2);
  EXPECT_EQ(share.use_count(), 3) << "what waits counts as under way";
  time.advance(5s);
  events.refuse(std::nullopt);
  time.advance(1s);
  EXPECT_THAT(events.take(), SizeIs(2));
  EXPECT_EQ(share.use_count(), 1);
}

TEST_F(DeliveriesTest, AResponseThatNobodyTakesIsGivenUpAndLogged) {
  events.refuse(Error(Code::Busy, "full"));
  deliver(1);
  time.advance(31s);
  EXPECT_EQ(share.use_count(), 1);
  EXPECT_THAT(log.take_messages(), SizeIs(1));
}

TEST_F(DeliveriesTest, NothingIsKeptForAnAppThatEnds) {
  events.refuse(Error(Code::Stopping, "the app ends"));
  deliver(1);
  EXPECT_EQ(share.use_count(), 1);
  events.refuse(Error(Code::Busy, "full"));
  deliver(2);
  deliveries.forget("app");
  EXPECT_EQ(share.use_count(), 1);
}

TEST_F(DeliveriesTest, AreQuietOnceAsked) {
  deliveries.quiesce();
  deliver(1);
  EXPECT_THAT(events.take(), SizeIs(0));
}

}  // namespace
}  // namespace hermes::http_request
