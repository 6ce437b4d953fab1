#include "p2p/peer_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/strings.h"
#include "p2p/temporary_home.h"

namespace hermes::p2p {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string address_of(int peer, int port = 1) {
  return concat("/ip4/10.0.0.7/tcp/", port, "/p2p/peer", peer);
}

class PeerBookTest : public ::testing::Test {
 protected:
  const TemporaryHome home;
  const std::filesystem::path file = home.path / "peers";
};

TEST_F(PeerBookTest, TheLatestAddressOfEachPeerStays) {
  PeerBook book(file);
  EXPECT_THAT(book.addresses(), IsEmpty());
  book.note(address_of(1));
  book.note(address_of(2));
  book.note(address_of(1, 9));
  ASSERT_TRUE(book.save());
  EXPECT_THAT(PeerBook(file).addresses(), ElementsAre(address_of(1, 9), address_of(2)));
}

TEST_F(PeerBookTest, OnlyTheLatestPeersAreKept) {
  PeerBook book(file);
  for (int peer = 0; peer < 100; ++peer) book.note(address_of(peer));
  EXPECT_EQ(book.addresses().size(), PeerBook::kMost);
  EXPECT_EQ(book.addresses().front(), address_of(99));
}

TEST_F(PeerBookTest, WhatIsNoAddressIsPassedOver) {
  std::ofstream(file) << "nonsense\n\n" << std::string(5'000, '/') << '\n' << address_of(1) << '\n';
  EXPECT_THAT(PeerBook(file).addresses(), ElementsAre(address_of(1)));
}

TEST_F(PeerBookTest, SaysThatItCannotBeSaved) {
  const PeerBook book(home.path / "missing/peers");
  EXPECT_FALSE(book.save());
}

}  // namespace
}  // namespace hermes::p2p
