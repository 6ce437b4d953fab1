#include "p2p/ipns.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "p2p/test_node.h"
#include "testing/manual_time.h"

namespace hermes::p2p {
namespace {

using namespace std::chrono_literals;

class IpnsTest : public ::testing::Test {
 protected:
  // A node, and names by it.
  struct Side {
    explicit Side(Clock& clock) : names(*one.node, clock, one.home.path / "name") {}

    Result<bool> publish(std::string_view value, const Ipns::Life& life = {}) {
      return wait_for<bool>(
          [&](auto then) { names.publish(value, life, TestNode::kPatience, std::move(then)); });
    }
    Result<IpnsRecord> resolve(const Side& other) {
      return wait_for<IpnsRecord>([&](auto then) {
        names.resolve(other.one.node->peer(), TestNode::kPatience, std::move(then));
      });
    }

    TestNode one;
    Ipns names;
  };

  testing::ManualTime time{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  Side a{time};
  Side b{time};
};

TEST_F(IpnsTest, WhatOneNodePublishesAnotherResolves) {
  a.one.connect(b.one);
  const auto known = a.publish("/ipfs/first");
  ASSERT_TRUE(known.has_value()) << known.error().message();
  EXPECT_TRUE(*known);
  EXPECT_EQ(b.resolve(a)->value, "/ipfs/first");

  ASSERT_TRUE(a.publish("/ipfs/second").has_value());
  const auto found = b.resolve(a);
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->value, "/ipfs/second");
  EXPECT_EQ(found->sequence, 1);
  EXPECT_EQ(a.resolve(b).error().code(), Code::NotFound);
}

TEST_F(IpnsTest, ANameIsKnownToItsNodeBeforeAnyPeerIs) {
  const auto known = a.publish("/ipfs/first");
  ASSERT_TRUE(known.has_value()) << known.error().message();
  EXPECT_FALSE(*known);
  EXPECT_EQ(a.resolve(a)->value, "/ipfs/first");
}

TEST_F(IpnsTest, TheSequenceGoesOnAfterARestart) {
  ASSERT_TRUE(a.publish("/ipfs/first").has_value());
  ASSERT_TRUE(a.publish("/ipfs/second").has_value());
  Ipns again(*a.one.node, time, a.one.home.path / "name");
  const auto known = wait_for<bool>(
      [&](auto then) { again.publish("/ipfs/third", {}, TestNode::kPatience, std::move(then)); });
  ASSERT_TRUE(known.has_value());
  const auto found = wait_for<IpnsRecord>(
      [&](auto then) { again.resolve(a.one.node->peer(), TestNode::kPatience, std::move(then)); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->sequence, 2);
}

TEST_F(IpnsTest, ARecordThatHasExpiredSaysNothing) {
  a.one.connect(b.one);
  ASSERT_TRUE(a.publish("/ipfs/first", {.validity = 1h}).has_value());
  EXPECT_TRUE(b.resolve(a));
  time.advance(1h);
  EXPECT_EQ(b.resolve(a).error().code(), Code::NotFound);
}

TEST_F(IpnsTest, ARecordIsPublishedAgainToThoseWhoComeLater) {
  ASSERT_TRUE(a.publish("/ipfs/first").has_value());
  a.one.connect(b.one);
  time.advance(4h);
  // The time to reach it is that of the network.
  while (!b.resolve(a)) continue;
  EXPECT_EQ(b.resolve(a)->value, "/ipfs/first");
}

}  // namespace
}  // namespace hermes::p2p
