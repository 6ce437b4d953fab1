#include "extensions/ipfs/topics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <string>

#include "p2p/test_node.h"
#include "testing/extension_fixture.h"

namespace hermes::ipfs {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TopicsTest : public hermes::testing::ExtensionFixture {
 protected:
  void TearDown() override {
    topics.quiesce();
    requests.end();
    topics.stop();
    tasks.reset();
  }

  Answer<bool> subscribe(std::string_view name) {
    std::promise<Answer<bool>> promise;
    auto question = std::make_shared<Question<bool>>(
        [&](Answer<bool> answer) { promise.set_value(std::move(answer)); }, std::stop_token(), 1h);
    topics.subscribe(rights, *topic_of(*rights, name), std::move(question));
    return promise.get_future().get();
  }
  std::vector<std::string> kept() {
    return *one.repository->tracking().names(p2p::Tracked::Topic, "app");
  }

  p2p::TestNode one;
  p2p::ContentFetcher content{time, one.repository->blocks(), one.node.get()};
  std::optional<TaskGroup> tasks{1};
  Requests requests;
  const Limits limits;
  const Parts parts{time,           log,    events,   nullptr, *one.repository, content,
                    one.node.get(), *tasks, requests, limits};
  const Evictions evictions{parts};
  Topics topics{parts, evictions};
  const std::shared_ptr<const Rights> rights = std::make_shared<const Rights>(Rights{"app"});
};

TEST_F(TopicsTest, ToSubscribeAgainTakesNothingAwayWhereItFails) {
  ASSERT_TRUE(topics.app_started(rights));
  EXPECT_TRUE(*subscribe("news"));
  EXPECT_TRUE(*subscribe("news"));
  one.node->stop({});
  EXPECT_EQ(subscribe("news").error().code, Errno::PubsubSubscribeError);
  EXPECT_THAT(kept(), ElementsAre("news")) << "the app listened before, and does so again";
  EXPECT_EQ(subscribe("more").error().code, Errno::PubsubSubscribeError);
  EXPECT_THAT(kept(), ElementsAre("news"));
}

TEST_F(TopicsTest, AnAppThatHasStoppedListensToNothing) {
  ASSERT_TRUE(topics.app_started(rights));
  topics.app_stopped("app");
  EXPECT_EQ(subscribe("news").error().code, Errno::PubsubSubscribeError);
  EXPECT_THAT(kept(), IsEmpty());
}

}  // namespace
}  // namespace hermes::ipfs
