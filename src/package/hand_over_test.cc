#include "package/hand_over.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "package/load.h"
#include "package/package_test_files.h"

namespace hermes::package {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class HandOverTest : public PackageTest {
 protected:
  const Certificate& certificate(const SigningKey& key) const { return key.chain.front(); }

  std::string hand_over(const SigningKey& by, const SigningKey& to, std::string_view before = {},
                        std::string_view app = "board") const {
    auto text = add_hand_over(before, app, by, certificate(to));
    EXPECT_TRUE(text) << message_of(text);
    return text ? *text : "";
  }

  // Whose the app "board" was first, if that is `author`'s now; or why not.
  std::string first(std::string_view hand_overs, const SigningKey& author,
                    const Trust& trust = Trust()) const {
    const auto found = first_author(hand_overs, "board", certificate(author), trust);
    return found ? found->subject() : found.error().message();
  }

  const SigningKey ada = key_of("Ada");
  const SigningKey bob = key_of("Bob");
  const SigningKey eve = key_of("Eve");
};

TEST_F(HandOverTest, IsForOneAppAndOneAuthor) {
  const auto text = hand_over(ada, bob);
  EXPECT_EQ(first(text, bob), "CN=Ada");
  EXPECT_THAT(first(text, eve), AllOf(HasSubstr("META/handover.cose: 'CN=Ada' has not handed over"),
                                      HasSubstr("the app 'board' to 'CN=Eve'")));
  EXPECT_THAT(first(hand_over(ada, bob, {}, "pulse"), bob), HasSubstr("has not handed over"));
}

TEST_F(HandOverTest, FollowsAnother) {
  const auto text = hand_over(bob, eve, hand_over(ada, bob));
  EXPECT_EQ(first(text, eve), "CN=Ada");
  EXPECT_THAT(first(text, bob), HasSubstr("'CN=Bob' has not handed over"));
  // Who was not given it has nothing to give.
  EXPECT_THAT(message_of(add_hand_over(hand_over(ada, bob), "board", eve, certificate(ada))),
              HasSubstr("has not handed over"));
  EXPECT_THAT(message_of(add_hand_over({}, "board", ada, certificate(ada))),
              HasSubstr("own certificate"));
}

TEST_F(HandOverTest, OfARevokedCertificateIsVoid) {
  const auto store = trusting({});
  write_file(store / kRevokedFile, to_hex(certificate(ada).digest()));
  EXPECT_THAT(first(hand_over(ada, bob), bob, *Trust::open(store)), HasSubstr("is revoked"));
}

TEST_F(HandOverTest, IsFollowedSixteenTimesAtMost) {
  std::string text;
  for (int i = 0; i < 8; ++i) text = hand_over(bob, ada, hand_over(ada, bob, text));
  EXPECT_EQ(first(text, ada), "CN=Ada");
  EXPECT_THAT(message_of(add_hand_over(text, "board", ada, certificate(bob))),
              HasSubstr("16 times"));
}

TEST_F(HandOverTest, ThatIsDamagedIsRefused) {
  const auto good = hand_over(bob, eve, hand_over(ada, bob));
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_NE(first(good.substr(0, i), eve), "CN=Ada") << "cut to " << i;
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto flipped = good;
      flipped[i] = static_cast<char>(flipped[i] ^ static_cast<char>(1U << bit));
      EXPECT_NE(first(flipped, eve), "CN=Ada") << "bit " << bit << " of " << i;
    }
  }
  EXPECT_NE(first(good + '\0', eve), "CN=Ada");
}

TEST_F(HandOverTest, MakesAPackageTheNextVersionOfTheApp) {
  const auto file = path("board.happ");
  const PackagedFiles files = {{"app.json", {.content = R"({"name": "board"})"}}};
  const auto make = [&] { ASSERT_TRUE(write_package(Kind::App, files, file)); };
  const auto id = [&]() -> std::string {
    const auto package = Package::open(file);
    if (!package) return package.error().message();
    const auto signers = check_signatures(package->signatures(), package->digests(), {}, kNow);
    const auto found = id_of("board", package->hand_overs(), *signers, {});
    return found ? *found : found.error().message();
  };
  make();
  ASSERT_TRUE(sign_package(file, ada, Signer::Role::Author));
  const auto adas = id();
  EXPECT_EQ(adas, "board@" + to_hex(certificate(ada).digest()));
  make();
  ASSERT_TRUE(sign_package(file, bob, Signer::Role::Author));
  EXPECT_EQ(id(), "board@" + to_hex(certificate(bob).digest()));
  make();
  ASSERT_TRUE(sign_package(file, bob, Signer::Role::Author, hand_over(ada, bob)));
  EXPECT_EQ(id(), adas);
  ASSERT_TRUE(sign_package(file, eve, Signer::Role::Author));
  EXPECT_EQ(id(), adas) << "one more signer changes nothing";
  EXPECT_THAT(
      message_of(sign_package(file, key_of("Kim"), Signer::Role::Author, hand_over(ada, eve))),
      HasSubstr("who signs first is its author"));
  make();
  EXPECT_THAT(message_of(sign_package(file, eve, Signer::Role::Author, hand_over(ada, bob))),
              HasSubstr("has not handed over"));
  EXPECT_THAT(
      message_of(sign_package(file, bob, Signer::Role::Author, hand_over(ada, bob, {}, "pulse"))),
      HasSubstr("has not handed over"));
}

}  // namespace
}  // namespace hermes::package
