#include "p2p/cid.h"

#include <gtest/gtest.h>

#include "p2p/multibase.h"

namespace hermes::p2p {
namespace {

using namespace std::literals;

constexpr auto kEmptyFile = "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH";
constexpr auto kEmptyRaw = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

TEST(CidTest, IsTheHashOfABlock) {
  const auto version_0 = Cid::of("\x0a\x04\x08\x02\x18\x00"sv, kDagPb, 0);
  EXPECT_EQ(version_0.text(), kEmptyFile);
  const auto version_1 = Cid::of("", kRaw, 1);
  EXPECT_EQ(version_1.text(), kEmptyRaw);
  EXPECT_TRUE(version_1.names(""));
  EXPECT_FALSE(version_1.names("x"));
}

TEST(CidTest, ReadsWhatItWrites) {
  for (const auto text : {kEmptyFile, kEmptyRaw}) {
    const auto cid = Cid::parse(text);
    ASSERT_TRUE(cid) << cid.error().message();
    EXPECT_EQ(cid->text(), text);
    const auto bytes = Cid::from_bytes(cid->bytes());
    ASSERT_TRUE(bytes);
    EXPECT_EQ(*bytes, *cid);
  }
}

TEST(CidTest, ReadsVersion1InOtherBases) {
  const auto cid = *Cid::parse(kEmptyRaw);
  const auto base58 = Cid::parse("z" + to_base58(cid.bytes()));
  ASSERT_TRUE(base58);
  EXPECT_EQ(*base58, cid);
}

TEST(CidTest, RefusesWhatIsNone) {
  for (const auto& text :
       {std::string(), std::string("Qm"), std::string("hello"), std::string(300, 'b'),
        "z" + std::string(kEmptyFile),
        std::string("QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQ0"),
        "b" + to_base32("\x02\x55\x12\x01x"sv), "b" + to_base32("\x01\x55\x12\x02x"sv),
        "b" + to_base32("\x01\x55\x12\x01xy"sv), "b" + to_base32("\x81\x00\x55\x12\x01x"sv)}) {
    EXPECT_FALSE(Cid::parse(text)) << text;
  }
}

TEST(CidTest, AnIdentityHashHoldsTheBlock) {
  const auto cid = Cid::from_bytes("\x01\x55\x00\x05hello"sv);
  ASSERT_TRUE(cid);
  ASSERT_TRUE(cid->inlined());
  EXPECT_EQ(*cid->inlined(), "hello");
  EXPECT_TRUE(cid->names("hello"));
}

TEST(CidTest, AnUnknownHashNamesNothing) {
  const auto cid = Cid::from_bytes("\x01\x55\x11\x01x"sv);
  ASSERT_TRUE(cid);
  EXPECT_FALSE(cid->names("x"));
}

}  // namespace
}  // namespace hermes::p2p
