#include "extensions/ipfs/shares.h"

#include <gtest/gtest.h>

namespace hermes::ipfs {
namespace {

TEST(Shares, AnAppHasNoMoreThanItsOwnAndGetsItBack) {
  Shares shares(3);
  auto two = shares.take("app", 2);
  EXPECT_NE(two, nullptr);
  EXPECT_EQ(shares.take("app", 2), nullptr);
  EXPECT_NE(shares.take("other", 3), nullptr);
  const auto copy = two;
  two.reset();
  EXPECT_EQ(shares.take("app", 2), nullptr) << "as long as one has it";
  const auto one = shares.take("app", 1);
  EXPECT_NE(one, nullptr);
  EXPECT_EQ(shares.take("app", 1), nullptr);
}

TEST(Shares, AllOfItIsThereAgain) {
  Shares shares(3);
  for (int i = 0; i < 10; ++i) EXPECT_NE(shares.take("app", 3), nullptr);
  EXPECT_EQ(shares.take("app", 4), nullptr);
}

TEST(Shares, WhatWasTakenMayOutliveThem) {
  Shares::Share share;
  {
    Shares shares(3);
    share = shares.take("app", 2);
  }
  share.reset();
}

}  // namespace
}  // namespace hermes::ipfs
