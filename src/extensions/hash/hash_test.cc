#include "extensions/hash/hash.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "testing/extension_fixture.h"
#include "testing/hex.h"
#include "wit/hermes/hash.h"

namespace hermes::hash {
namespace {

using hermes::testing::of_hex;
using wit::hash::Errno;

using Bytes = std::vector<std::uint8_t>;

class HashTest : public hermes::testing::ExtensionFixture {
 protected:
  static Errno error_of(const Result<Expected<Bytes, Errno>>& answer) { return answer->error(); }

  std::unique_ptr<runtime::Extension> extension = make();
  wit::hash::Api& hash = imports<wit::hash::Api>(*extension);
  const Bytes data = {'a', 'b', 'c'};
};

TEST_F(HashTest, HasADefaultSizeForEach) {
  EXPECT_EQ(**hash.blake2s(call, data, std::nullopt),
            of_hex("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"));
  EXPECT_EQ(**hash.blake2b(call, data, std::nullopt),
            of_hex("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                   "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"));
  EXPECT_EQ(**hash.blake3(call, data, std::nullopt, std::nullopt),
            of_hex("6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"));
}

TEST_F(HashTest, LooksForErrorsInTheOrderOfTheContract) {
  const Bytes big(65);
  const Bytes key(64);
  const Bytes salt(16);
  EXPECT_EQ(error_of(hash.blake2bmac(call, data, 0, big, big, big)), Errno::KeyTooBig);
  EXPECT_EQ(error_of(hash.blake2bmac(call, data, 0, key, big, big)),
            Errno::InvalidDigestByteLength);
  EXPECT_EQ(error_of(hash.blake2bmac(call, data, 65, key, big, big)), Errno::HashTooBig);
  EXPECT_EQ(error_of(hash.blake2bmac(call, data, 64, key, big, big)), Errno::SaltTooBig);
  EXPECT_EQ(error_of(hash.blake2bmac(call, data, 64, key, salt, big)), Errno::PersonalTooBig);
  EXPECT_EQ((*hash.blake2bmac(call, data, 64, key, salt, salt))->size(), 64U);
  EXPECT_EQ(error_of(hash.blake2smac(call, data, 33, key, big, big)), Errno::KeyTooBig);
  EXPECT_EQ(error_of(hash.blake2smac(call, data, 33, salt, big, big)), Errno::HashTooBig);
  EXPECT_EQ(error_of(hash.blake2smac(call, data, 32, salt, Bytes(9), {})), Errno::SaltTooBig);
  EXPECT_EQ(error_of(hash.blake2smac(call, data, 32, salt, {}, Bytes(9))), Errno::PersonalTooBig);
  EXPECT_EQ(error_of(hash.blake3(call, data, 0, Bytes(33))), Errno::KeyTooBig);
  EXPECT_EQ(error_of(hash.blake3(call, data, 0, Bytes(32))), Errno::InvalidDigestByteLength);
}

TEST_F(HashTest, FillsAShortBlake3KeyUpWithZeroes) {
  Bytes filled_up(32);
  filled_up[0] = 7;
  EXPECT_EQ(**hash.blake3(call, data, 255, Bytes{7}), **hash.blake3(call, data, 255, filled_up));
  EXPECT_NE(**hash.blake3(call, data, {}, Bytes{}), **hash.blake3(call, data, {}, std::nullopt));
}

}  // namespace
}  // namespace hermes::hash
