#include "extensions/ipfs/topic.h"

#include <gtest/gtest.h>

namespace hermes::ipfs {
namespace {

TEST(Topic, OfAnAppsOwnHasANameThatNoOtherHas) {
  const auto news = *topic_of({.app = "app"}, "news");
  EXPECT_EQ(news.name, "news");
  EXPECT_FALSE(news.is_shared);
  EXPECT_EQ(news.wire, "/hermes/rni34ss7zivfogoelgdg3dfsdum2txbcyn657ss5xzvmvmzcmnva");
  EXPECT_NE(news.wire, topic_of({.app = "other"}, "news")->wire);
  EXPECT_NE(news.wire, topic_of({.app = "app"}, "new")->wire);
  EXPECT_EQ(news.wire, topic_of({.app = "app"}, "news")->wire) << "on every node";
}

TEST(Topic, ThatAppsShareNeedsThePermission) {
  const Rights granted{.app = "app", .permissions = {"topic:news"}};
  EXPECT_EQ(topic_of(granted, "news")->wire, "news");
  EXPECT_TRUE(topic_of(granted, "news")->is_shared);
  EXPECT_FALSE(topic_of(granted, "other")->is_shared);
  const Rights denied{.app = "app", .denied = {"topic:news"}};
  EXPECT_EQ(topic_of(denied, "news").error().code(), Code::Denied);
}

TEST(Topic, NoGrantReachesATopicOfAnotherApp) {
  const auto of_another = topic_of({.app = "other"}, "news")->wire;
  const Rights rights{.app = "app", .permissions = {"topic:" + of_another}};
  EXPECT_EQ(topic_of(rights, of_another).error().code(), Code::InvalidArgument);
}

TEST(Topic, HasOneTo256Bytes) {
  EXPECT_FALSE(topic_of({.app = "app"}, ""));
  EXPECT_FALSE(topic_of({.app = "app"}, std::string(257, 'x')));
  EXPECT_TRUE(topic_of({.app = "app"}, std::string(256, 'x')));
}

}  // namespace
}  // namespace hermes::ipfs
