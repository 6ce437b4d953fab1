#include "extensions/ipfs/rights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "p2p/identity.h"
#include "p2p/peer_id.h"

namespace hermes::ipfs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

runtime::App app_of(const std::string& section) {
  runtime::App app{.id = "app"};
  app.permissions = {"ipfs"};
  app.denied.permissions = {"dht"};
  app.manifest = *json::Document::parse(concat(R"({"ipfs":)", section, "}"), "app.json");
  return app;
}

std::string error_of(const std::string& section) {
  const auto rights = read_rights(app_of(section), {});
  return rights ? "" : rights.error().message();
}

TEST(Rights, AreWhatTheManifestSaysAndTheOperatorGrants) {
  const auto key = p2p::Identity::from_seed({1, 2, 3})->public_key();
  const auto peer = p2p::peer_text(p2p::peer_of_key(key));
  const auto rights = *read_rights(
      app_of(concat(R"({"publishers":[")", peer, R"("],"structured_topics":["a"],"pins_mib":7})")),
      {});
  EXPECT_TRUE(rights.has("ipfs"));
  EXPECT_FALSE(rights.has("dht"));
  EXPECT_TRUE(rights.denied.contains("dht"));
  EXPECT_THAT(rights.publishers, ElementsAre(key));
  EXPECT_THAT(rights.structured, ElementsAre("a"));
  EXPECT_EQ(rights.pins.bytes, 7U << 20U);
}

TEST(Rights, WithoutASectionAreThoseOfTheEngine) {
  const auto rights = *read_rights({.id = "app"}, {.pin_bytes = 5, .pins = 6});
  EXPECT_EQ(rights.pins.bytes, 5U);
  EXPECT_EQ(rights.pins.pins, 6U);
}

TEST(Rights, AnErrorSaysWhere) {
  EXPECT_THAT(error_of(R"({"publishers":["nobody"]})"), HasSubstr("/ipfs/publishers/0"));
  EXPECT_THAT(error_of(R"({"publishers":["QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"]})"),
              HasSubstr("Ed25519"))
      << "that peer's name does not have its key";
  EXPECT_THAT(error_of(R"({"structured_topics":[7]})"), HasSubstr("/ipfs/structured_topics/0"));
  EXPECT_THAT(error_of(R"({"pins_mib":1025})"), HasSubstr("/ipfs/pins_mib")) << "it only lowers";
  EXPECT_THAT(error_of(R"({"topics":[]})"), HasSubstr("topics"));
}

}  // namespace
}  // namespace hermes::ipfs
