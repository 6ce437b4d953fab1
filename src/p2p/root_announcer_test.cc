#include "p2p/root_announcer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/strings.h"
#include "io/system_clock.h"
#include "p2p/test_node.h"
#include "testing/recording_log.h"

namespace hermes::p2p {
namespace {

class RootAnnouncerTest : public ::testing::Test {
 protected:
  ~RootAnnouncerTest() override {
    if (announcer) announcer->stop();
    a.node.reset();
  }

  void start() { announcer.emplace(*a.node, a.repository->roots(), clock, log); }

  Cid pin(const std::string& content, Holdings& holdings) const {
    auto cid = Cid::of(content, kRaw, 1);
    EXPECT_TRUE(holdings.pin("app", cid, 5, {}));
    return cid;
  }

  AnnouncedRoots::Counts counts() { return *a.repository->roots().counts(clock.now().utc); }

  // As another node that looks for it.
  void wait_until_found(const Cid& cid) {
    bool is_found = false;
    while (!is_found) {
      static_cast<void>(wait_for([&](auto then) {
        b.node->dht_find_providers(
            Dht::Lan, cid.multihash(), 10, TestNode::kPatience,
            [&](const std::string& peer) { is_found |= peer == a.node->peer(); }, std::move(then));
      }));
    }
  }

  io::SystemClock clock;
  testing::RecordingLog log;
  TestNode a;
  TestNode b;
  std::optional<RootAnnouncer> announcer;
};

TEST_F(RootAnnouncerTest, WhatIsPinnedIsFoundByOthers) {
  const auto cid = pin("before it starts", a.repository->holdings());
  a.connect(b);
  start();
  wait_until_found(cid);
  const auto by_another_process = Holdings::open(a.home.path / "ipfs/apps.db");
  wait_until_found(pin("while it runs", **by_another_process));
  while (counts().announced < 2) continue;
}

TEST_F(RootAnnouncerTest, WaitsForAPeer) {
  const auto cid = pin("content", a.repository->holdings());
  start();
  EXPECT_EQ(counts().announced, 0);
  a.connect(b);
  wait_until_found(cid);
}

TEST_F(RootAnnouncerTest, SaysItAgainInTime) {
  const auto cid = pin("content", a.repository->holdings());
  const auto before = clock.now().utc - AnnouncedRoots::kPeriod;
  auto& roots = a.repository->roots();
  ASSERT_TRUE(roots.told(Dht::Lan, {cid.multihash()}, before));
  a.connect(b);
  start();
  wait_until_found(cid);
  while (!roots.due(Dht::Lan, clock.now().utc, 1)->empty()) continue;
}

TEST_F(RootAnnouncerTest, DoesNotSayAnyMoreWhatIsUnpinned) {
  const auto cid = pin("content", a.repository->holdings());
  a.connect(b);
  start();
  wait_until_found(cid);
  EXPECT_EQ(a.node->stats().providers, 1) << "of which it is one";
  ASSERT_TRUE(*a.repository->holdings().unpin("app", cid));
  while (a.node->stats().providers > 0) continue;
  EXPECT_EQ(counts().roots, 0);
}

TEST_F(RootAnnouncerTest, ManyPinsGoAFewAtATime) {
  constexpr std::size_t kPins = 200;
  for (std::size_t i = 0; i < kPins; ++i) pin(concat("content ", i), a.repository->holdings());
  a.connect(b);
  start();
  std::uint64_t most = 0;
  while (counts().announced < kPins) most = std::max(most, a.node->stats().requests);
  EXPECT_LE(most, 2 * RootAnnouncer::kAtOnce);
}

}  // namespace
}  // namespace hermes::p2p
