#include "p2p/ipns_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/cbor.h"
#include "base/strings.h"
#include "p2p/peer_id.h"
#include "p2p/protobuf.h"
#include "testing/hex.h"

namespace hermes::p2p {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// By kubo 0.42: ipfs name publish --lifetime=876000h --ttl=90s --sequence=41, the second one with
// --v1compat=false and the sequence 42.
constexpr std::string_view kSeed =
    "caf62a8f0a90b67ee751179b5b4d195ca8cdd7cf1553ab4da525df4750127a01";
constexpr std::string_view kName = "k51qzi5uqu5dl6qwzq83iv4nwrd8r4b9t97tfos8ckasyu14dyn0y7rqw6cw68";
constexpr std::string_view kBothVersions =
    "0a412f697066732f6261666b7265696379736732336b69777633346567326437717765697078776f73646f327079"
    "346c647634326e62617567756c75656e357636616d12409b4dfa39a34e7761afd4ae310ca7b448a9e934066f5e02"
    "fd9ef410e92536809e511311fe3e33f48cd580b6ca64d05f31fdac71d82f4c2e9f07ca8ef63400a60c1800221e32"
    "3132362d31312d30365430303a34343a31342e3332323633373538375a2829308088aca3cf024240696224cc2d70"
    "f2a9134eef4a7842a2d16e6b540060ec83c7f0fc19e8441557d3d30a0a3ac30606b3c878dba1bbf617d9458e4d48"
    "acc7e691a0bdd547bf9f250a4a9901a56354544c1b00000014f46b04006556616c756558412f697066732f626166"
    "6b7265696379736732336b69777633346567326437717765697078776f73646f327079346c647634326e62617567"
    "756c75656e357636616d6853657175656e636518296856616c6964697479581e323132362d31312d30365430303a"
    "34343a31342e3332323633373538375a6c56616c69646974795479706500";
constexpr std::string_view kVersion2 =
    "4240fdce43edcf661bec2ebf9bb3fe7cb7635c30b1a7ea6632a8273d7934f9691f74964bf7102c80eef290e47c37"
    "04b98e858cb101ce94cc2f6dac77f048341024094a9901a56354544c1b00000014f46b04006556616c756558412f"
    "697066732f6261666b7265696379736732336b69777633346567326437717765697078776f73646f327079346c64"
    "7634326e62617567756c75656e357636616d6853657175656e6365182a6856616c6964697479581e323132362d31"
    "312d30365430303a34343a32362e3831393838333030335a6c56616c69646974795479706500";

constexpr UtcTime kExpiry = std::chrono::sys_days(std::chrono::year(2126) / 11 / 6) + 44min;

std::string from_hex(std::string_view digits) {
  const auto bytes = testing::of_hex(digits);
  return {bytes.begin(), bytes.end()};
}

class IpnsRecordTest : public ::testing::Test {
 protected:
  static Identity identity_of_kubo() {
    Seed seed{};
    const auto bytes = from_hex(kSeed);
    std::ranges::copy(bytes, seed.begin());
    return *Identity::from_seed(seed);
  }

  // As somebody writes it who holds the key.
  std::string signed_by(const Identity& signer, std::string_view data) const {
    std::string encoded;
    append_field(encoded, 8, signer.sign(concat("ipns-signature:", data)));
    append_field(encoded, 9, data);
    return encoded;
  }

  const Identity identity = identity_of_kubo();
  const std::string peer = identity.peer();
  const IpnsRecord record{"/ipfs/bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am", 41,
                          kExpiry + 14s + 322'637'587ns, 90s};
};

TEST_F(IpnsRecordTest, IsReadAsKuboWroteIt) {
  const auto read = IpnsRecord::parse(from_hex(kBothVersions), peer);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, record);

  const auto next = IpnsRecord::parse(from_hex(kVersion2), peer);
  ASSERT_TRUE(next) << next.error().message();
  EXPECT_EQ(next->value, record.value);
  EXPECT_EQ(next->sequence, 42);
  EXPECT_TRUE(next->supersedes(*read));
  EXPECT_FALSE(read->supersedes(*next));
}

TEST_F(IpnsRecordTest, IsWrittenAsKuboWritesIt) {
  EXPECT_EQ(*record.sign(identity), from_hex(kBothVersions));
}

TEST_F(IpnsRecordTest, IsNamedAndFoundByItsKey) {
  EXPECT_EQ(ipns_name(peer), kName);
  EXPECT_EQ(peer_from_text(kName), peer);
  EXPECT_EQ(ipns_place(peer), "/ipns/" + peer);
  EXPECT_EQ(peer_of_ipns_place(ipns_place(peer)), peer);
  EXPECT_EQ(peer_of_ipns_place("/ipns/"), std::nullopt);
  EXPECT_EQ(peer_of_ipns_place("/ipns/" + peer + "x"), std::nullopt);
  EXPECT_EQ(peer_of_ipns_place("/hermes/" + peer), std::nullopt);
}

TEST_F(IpnsRecordTest, IsRefusedWhereAnythingOfItIsChanged) {
  // The old signature is only there for old readers.
  const auto encoded = from_hex(kBothVersions);
  const auto old = encoded.find("\x12\x40") + 2;
  for (std::size_t byte = 0; byte < encoded.size(); ++byte) {
    if (byte >= old && byte < old + 64) continue;
    auto changed = encoded;
    changed[byte] = static_cast<char>(changed[byte] ^ 1);
    const auto read = IpnsRecord::parse(changed, peer);
    EXPECT_TRUE(!read || *read == record) << byte;
  }
  for (std::size_t size = 0; size < encoded.size(); ++size) {
    EXPECT_FALSE(IpnsRecord::parse(encoded.substr(0, size), peer)) << size;
  }
}

TEST_F(IpnsRecordTest, IsRefusedWhereVersion1SaysAnotherThing) {
  for (const auto& [field, value] :
       {std::pair(1, "/ipfs/other"), std::pair(4, "2126-11-06T00:00:00Z")}) {
    auto changed = *record.sign(identity);
    append_field(changed, static_cast<std::uint64_t>(field), value);  // The last one counts.
    EXPECT_THAT(IpnsRecord::parse(changed, peer).error().message(), HasSubstr("contradicts"));
  }
  for (const std::uint64_t field : {3U, 5U, 6U}) {
    auto changed = *record.sign(identity);
    append_field(changed, field, std::uint64_t{7});
    EXPECT_THAT(IpnsRecord::parse(changed, peer).error().message(), HasSubstr("contradicts"));
  }
}

TEST_F(IpnsRecordTest, IsRefusedOfAnotherKey) {
  const auto other = *Identity::from_seed({2});
  EXPECT_THAT(IpnsRecord::parse(*record.sign(identity), other.peer()).error().message(),
              HasSubstr("forged"));
  auto named = *record.sign(identity);
  append_field(named, 7, std::string_view(peer).substr(2));
  EXPECT_TRUE(IpnsRecord::parse(named, peer));
  append_field(named, 7, std::string_view(other.peer()).substr(2));
  EXPECT_THAT(IpnsRecord::parse(named, peer).error().message(), HasSubstr("another key"));
}

TEST_F(IpnsRecordTest, MayHaveMembersOfItsOwn) {
  cbor::Writer data;
  data.map(7).text("TTL").integer(1).text("_mine").array(2).text("a").map(1).text("b").null();
  data.text("Value").bytes("/ipfs/x").text("Sequence").integer(0).text("_tag").tag(42).bytes("x");
  data.text("Validity").bytes("2026-01-01T00:00:00Z").text("ValidityType").integer(0);
  const auto read = IpnsRecord::parse(signed_by(identity, data.encoded()), peer);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->value, "/ipfs/x");
}

TEST_F(IpnsRecordTest, IsRefusedWhereItIsSignedAndMakesNoSense) {
  const auto data_of = [](std::string_view validity, std::int64_t type, std::int64_t sequence) {
    cbor::Writer data;
    data.map(5).text("TTL").integer(1).text("Value").bytes("/ipfs/x");
    data.text("Sequence").integer(sequence).text("Validity").bytes(validity);
    return data.text("ValidityType").integer(type).encoded();
  };
  const auto good = data_of("2026-01-01T00:00:00Z", 0, 1);
  EXPECT_TRUE(IpnsRecord::parse(signed_by(identity, good), peer));
  for (const auto& data :
       {data_of("soon", 0, 1), data_of("2026-01-01T00:00:00Z", 1, 1),
        data_of("2026-01-01T00:00:00Z", 0, -1), good + "x", std::string(), std::string("\xa0"),
        std::string("\x9b\xff\xff\xff\xff\xff\xff\xff\xff"), good.substr(0, good.size() - 1)}) {
    EXPECT_FALSE(IpnsRecord::parse(signed_by(identity, data), peer));
  }
}

TEST_F(IpnsRecordTest, HasTenKibibytesAtMost) {
  auto large = record;
  large.value = "/ipfs/" + std::string(kLargestIpnsRecord, 'x');
  EXPECT_EQ(large.sign(identity).error().code(), Code::InvalidArgument);
  auto padded = *record.sign(identity);
  append_field(padded, 15, std::string(kLargestIpnsRecord, 'x'));
  EXPECT_THAT(IpnsRecord::parse(padded, peer).error().message(), HasSubstr("too large"));
}

TEST_F(IpnsRecordTest, CountsByItsSequenceThenByItsExpiry) {
  auto other = record;
  EXPECT_FALSE(other.supersedes(record));
  other.expiry += 1ns;
  EXPECT_TRUE(other.supersedes(record));
  other.sequence -= 1;
  EXPECT_FALSE(other.supersedes(record));
}

}  // namespace
}  // namespace hermes::p2p
