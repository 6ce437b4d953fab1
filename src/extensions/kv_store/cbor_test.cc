#include "extensions/kv_store/cbor.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hermes::kv_store {
namespace {

std::vector<std::uint8_t> bytes(std::string_view hex) {
  std::vector<std::uint8_t> bytes;
  for (; !hex.empty(); hex.remove_prefix(2)) {
    std::uint8_t byte = 0;
    std::from_chars(hex.data(), hex.data() + 2, byte, 16);
    bytes.push_back(byte);
  }
  return bytes;
}

// Most are from appendix A of RFC 8949.
TEST(Cbor, TakesWhatIsWellFormed) {
  for (const auto* hex : {"00",
                          "1818",
                          "1bffffffffffffffff",
                          "3903e7",
                          "f97e00",
                          "fb3ff199999999999a",
                          "f4",
                          "f7",
                          "f0",
                          "f8ff",
                          "c074323031332d30332d32315432303a30343a30305a",
                          "40",
                          "4401020304",
                          "60",
                          "64f0908591",
                          "80",
                          "83010203",
                          "8301820203820405",
                          "a0",
                          "a201020304",
                          "a26161016162820203",
                          "5f42010243030405ff",
                          "5fff",
                          "7f657374726561646d696e67ff",
                          "9fff",
                          "9f018202039f0405ffff",
                          "83018202039f0405ff",
                          "bf61610161629f0203ffff",
                          "bfff",
                          "d9d9f783010203",
                          "c1fb41d452d9e2000000",
                          "826161bf61626163ff"}) {
    const auto checked = check_cbor(bytes(hex));
    EXPECT_TRUE(checked) << hex << ": " << checked.error().message();
  }
}

TEST(Cbor, SaysWhereItGoesWrong) {
  const struct {
    const char* hex;
    const char* error;
  } cases[] = {
      {"", "0: it ends early"},
      {"18", "1: it ends early"},
      {"1b00000000", "5: it ends early"},
      {"4401", "1: it ends early"},
      {"5bffffffffffffffff", "9: it ends early"},
      {"9bffffffffffffffff", "9: it ends early"},
      {"bbffffffffffffffff", "9: it ends early"},
      {"bb8000000000000001", "9: it ends early"},
      {"8301", "1: it ends early"},
      {"830102", "1: it ends early"},
      {"8182", "2: it ends early"},
      {"a101", "1: it ends early"},
      {"c1", "1: it ends early"},
      {"9f", "1: it ends early"},
      {"5f4101", "3: it ends early"},
      {"0000", "1: more follows the item"},
      {"1c", "1: its length is written in a reserved way"},
      {"fe", "1: its length is written in a reserved way"},
      {"1f", "1: it cannot be of indefinite length"},
      {"df", "1: it cannot be of indefinite length"},
      {"ff", "1: a break ends nothing"},
      {"81ff", "2: a break ends nothing"},
      {"c1ff", "2: a break ends nothing"},
      {"bf01ff", "3: a key has no value"},
      {"5f6161ff", "2: a string has a chunk of another kind"},
      {"5f00ff", "2: a string has a chunk of another kind"},
      {"7f7fffff", "2: a string has a chunk of another kind"},
      {"f814", "2: a simple value is written too long"},
  };
  for (const auto& c : cases) {
    const auto checked = check_cbor(bytes(c.hex));
    ASSERT_FALSE(checked) << c.hex;
    EXPECT_EQ(checked.error().message(), std::string("malformed CBOR at byte ") + c.error) << c.hex;
  }
}

TEST(Cbor, NestsNoDeeperThan64) {
  for (const auto container : {std::uint8_t{0x81}, std::uint8_t{0xC1}, std::uint8_t{0x9F}}) {
    std::vector<std::uint8_t> nested(64, container);
    nested.push_back(0);
    if (container == 0x9F) nested.insert(nested.end(), 64, 0xFF);
    EXPECT_TRUE(check_cbor(nested));
    nested.insert(nested.begin(), container);
    EXPECT_EQ(check_cbor(nested).error().message(),
              "malformed CBOR at byte 65: it nests deeper than 64");
  }
}

}  // namespace
}  // namespace hermes::kv_store
