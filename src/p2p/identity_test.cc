#include "p2p/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "p2p/peer_id.h"
#include "p2p/temporary_home.h"

namespace hermes::p2p {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Identity, IsMadeOnceAndKeptForItsOwnerAlone) {
  const TemporaryHome home;
  const auto file = home.path / "identity.pem";
  const auto made = Identity::load_or_make(file);
  ASSERT_TRUE(made) << made.error().message();
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const auto again = Identity::load_or_make(file);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->peer(), made->peer());
  EXPECT_THAT(peer_text(made->peer()), StartsWith("12D3KooW"));
}

TEST(Identity, IsNotWrittenWhereOthersHaveOpenedAFileBefore) {
  const TemporaryHome home;
  const auto file = home.path / "identity.pem";
  const auto aside = home.path / "identity.pem.new";
  std::ofstream(aside) << "left behind";
  ASSERT_EQ(::chmod(aside.c_str(), 0644), 0);
  ASSERT_TRUE(Identity::load_or_make(file));
  EXPECT_TRUE(Identity::load_or_make(file));
  EXPECT_FALSE(std::filesystem::exists(aside));
}

TEST(Identity, IsRefusedWhereOthersCanReadIt) {
  const TemporaryHome home;
  const auto file = home.path / "identity.pem";
  ASSERT_TRUE(Identity::load_or_make(file));
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  EXPECT_THAT(Identity::load_or_make(file).error().message(), HasSubstr("is open to others"));
}

TEST(Identity, IsRefusedWhereItIsNoKey) {
  const TemporaryHome home;
  const auto file = home.path / "identity.pem";
  std::ofstream(file) << "-----BEGIN PRIVATE KEY-----\n";
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  EXPECT_EQ(Identity::load_or_make(file).error().code(), Code::Corrupt);
}

// RFC 8032, section 7.1, test 2.
TEST(Identity, SignsAsTheStandardHasIt) {
  Seed seed{};
  const std::string_view digits =
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
  for (std::size_t i = 0; i < seed.size(); ++i) {
    seed[i] =
        static_cast<std::uint8_t>(std::stoi(std::string(digits.substr(2 * i, 2)), nullptr, 16));
  }
  const auto identity = *Identity::from_seed(seed);
  const auto signature = identity.sign("\x72");
  EXPECT_THAT(signature, StartsWith("\x92\xa0\x09\xa9\xf0\xd4\xca\xb8"));
  EXPECT_TRUE(verify(identity.public_key(), "\x72", signature));
  EXPECT_FALSE(verify(identity.public_key(), "\x73", signature));
  EXPECT_FALSE(verify(identity.public_key(), "\x72", signature.substr(1)));
  EXPECT_FALSE(verify("short", "\x72", signature));
}

TEST(PeerId, IsWrittenAndReadAsOthersDo) {
  const auto peer = Identity::from_seed({})->peer();
  EXPECT_EQ(peer_from_text(peer_text(peer)), peer);
  EXPECT_EQ(peer_of_key(*key_of_peer(peer)), peer);
  // The same peer as text and as a CID, from the libp2p specification of peer ids.
  const auto old = peer_from_text("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");
  EXPECT_EQ(old, peer_from_text("bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe"));
  EXPECT_TRUE(old);
  EXPECT_FALSE(key_of_peer(*old));
  for (const auto* text : {"", "1", "12D3KooW", "Qm", "nonsense",
                           "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"}) {
    EXPECT_FALSE(peer_from_text(text)) << text;
  }
}

TEST(NetworkKey, IsReadFromTheFileThatOthersRead) {
  const TemporaryHome home;
  const auto file = home.path / "swarm.key";
  const std::string digits(64, 'a');
  std::ofstream(file) << "/key/swarm/psk/1.0.0/\n/base16/\n" << digits << "\n";
  EXPECT_EQ(read_network_key(file).error().code(), Code::Denied);
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  EXPECT_EQ(*read_network_key(file), std::vector<std::uint8_t>(32, 0xAA));
  std::ofstream(file) << "/key/swarm/psk/1.0.0/\n/base64/\n" << digits << "\n";
  EXPECT_EQ(read_network_key(file).error().code(), Code::InvalidArgument);
  EXPECT_EQ(read_network_key(home.path / "none").error().code(), Code::NotFound);
}

}  // namespace
}  // namespace hermes::p2p
