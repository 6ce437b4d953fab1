#include "extensions/ipfs/inboxes.h"

#include <gtest/gtest.h>

#include <optional>

#include "p2p/temporary_home.h"
#include "testing/extension_fixture.h"

namespace hermes::ipfs {
namespace {

using namespace std::chrono_literals;

class InboxesTest : public hermes::testing::ExtensionFixture {
 protected:
  bool is_heard(std::uint64_t number) {
    return !inboxes.find("app")->heard.note("topic", "author",
                                            {"data", number, time.now().utc + kMessageLife});
  }
  bool is_kept() const { return !repository->tracking().heard("app", {})->empty(); }

  const p2p::TemporaryHome home;
  const std::unique_ptr<p2p::Repository> repository =
      *p2p::Repository::open(home.path, p2p::Repository::Role::Owner);
  p2p::ContentFetcher content{time, repository->blocks(), nullptr};
  std::optional<TaskGroup> tasks{1};
  Requests requests;
  const Limits limits;
  const Parts parts{time,    log,     events, nullptr,  *repository,
                    content, nullptr, *tasks, requests, limits};
  Inboxes inboxes{parts};
};

TEST_F(InboxesTest, WhatIsHeardIsSavedASecondLater) {
  ASSERT_TRUE(inboxes.app_started("app"));
  EXPECT_FALSE(is_heard(5));
  inboxes.save_soon();
  time.advance(900ms);
  EXPECT_FALSE(is_kept());
  time.advance(100ms);
  tasks.reset();
  EXPECT_TRUE(is_kept());
}

TEST_F(InboxesTest, OfAnAppThatStopsAllIsSavedAndThereAgain) {
  ASSERT_TRUE(inboxes.app_started("app"));
  EXPECT_FALSE(is_heard(5));
  inboxes.save("app", *inboxes.app_stopped("app"));
  EXPECT_EQ(inboxes.find("app"), nullptr);
  ASSERT_TRUE(inboxes.app_started("app"));
  EXPECT_TRUE(is_heard(5));
  EXPECT_FALSE(is_heard(6));
}

TEST_F(InboxesTest, AnotherGenerationHasTheInboxOfTheOneBefore) {
  ASSERT_TRUE(inboxes.app_started("app"));
  const auto inbox = inboxes.find("app");
  ASSERT_TRUE(inboxes.app_started("app"));
  EXPECT_EQ(inboxes.find("app"), inbox);
}

}  // namespace
}  // namespace hermes::ipfs
