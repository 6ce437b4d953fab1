// hermes:hash.

#include <optional>

#include "functions/tests.h"

namespace {

using Errno = hermes_hash_api_errno_t;
using Size = std::optional<std::uint8_t>;
using MaybeBytes = std::optional<Bytes>;

// A hash, or the error in its place.
struct Answer {
  Bytes hash;
  std::optional<Errno> error;

  bool operator==(const Answer&) const = default;
};

Answer of(Bytes hash) {
  return {std::move(hash), std::nullopt};
}
Answer of(Errno error) {
  return {{}, error};
}

// What the function answers, whose result is passed last.
template <typename Function, typename... Arguments>
Answer ask(Function function, const Bytes& data, Size size, Arguments*... arguments) {
  auto buffer = lend_as<hermes_hash_api_bstr_t>(data);
  hermes_hash_api_bstr_t hash;
  Errno error;
  if (!function(&buffer, size ? &*size : nullptr, arguments..., &hash, &error)) return of(error);
  Answer answer = of(Bytes(hash.ptr, hash.ptr + hash.len));
  hermes_hash_api_bstr_free(&hash);
  return answer;
}

Answer blake2b(const Bytes& data, Size size = {}) {
  return ask(hermes_hash_api_blake2b, data, size);
}
Answer blake2s(const Bytes& data, Size size = {}) {
  return ask(hermes_hash_api_blake2s, data, size);
}

// Bytes as an option that a function borrows.
class Lent {
 public:
  explicit Lent(MaybeBytes bytes) : bytes_(std::move(bytes)) {
    if (bytes_) buffer_ = lend_as<hermes_hash_api_bstr_t>(*bytes_);
  }
  hermes_hash_api_bstr_t* get() { return bytes_ ? &buffer_ : nullptr; }

 private:
  const MaybeBytes bytes_;
  hermes_hash_api_bstr_t buffer_ = {};
};

template <typename Function>
Answer mac(Function function, const Bytes& data, Size size, const Bytes& key,
           const MaybeBytes& salt, const MaybeBytes& personal) {
  Lent lent_key(key);
  Lent lent_salt(salt);
  Lent lent_personal(personal);
  return ask(function, data, size, lent_key.get(), lent_salt.get(), lent_personal.get());
}

Answer blake2bmac(const Bytes& data, Size size, const Bytes& key, const MaybeBytes& salt = {},
                  const MaybeBytes& personal = {}) {
  return mac(hermes_hash_api_blake2bmac, data, size, key, salt, personal);
}
Answer blake2smac(const Bytes& data, Size size, const Bytes& key, const MaybeBytes& salt = {},
                  const MaybeBytes& personal = {}) {
  return mac(hermes_hash_api_blake2smac, data, size, key, salt, personal);
}

Answer blake3(const Bytes& data, Size size = {}, const MaybeBytes& key = {}) {
  Lent lent_key(key);
  return ask(hermes_hash_api_blake3, data, size, lent_key.get());
}

bool official_blake2b() {
  bool right = true;
  const auto check = [&](std::size_t size, bool keyed, std::string_view hash) {
    const auto data = pattern(size);
    right =
        right && (keyed ? blake2bmac(data, {}, pattern(64)) : blake2b(data)) == of(of_hex(hash));
  };
#define BLAKE2B(...) check(__VA_ARGS__);
#include "vectors/blake2.inc"
#undef BLAKE2B
  return right;
}

bool official_blake2s() {
  bool right = true;
  const auto check = [&](std::size_t size, bool keyed, std::string_view hash) {
    const auto data = pattern(size);
    right =
        right && (keyed ? blake2smac(data, {}, pattern(32)) : blake2s(data)) == of(of_hex(hash));
  };
#define BLAKE2S(...) check(__VA_ARGS__);
#include "vectors/blake2.inc"
#undef BLAKE2S
  return right;
}

// RFC 7693, appendix E: a hash of the hashes of many sizes, with and without a key.
Bytes sequence(std::size_t size, std::uint32_t seed) {
  std::uint32_t a = 0xDEAD4BAD * seed;
  std::uint32_t b = 1;
  Bytes bytes;
  for (std::size_t i = 0; i < size; ++i) {
    const auto next = a + b;
    a = b;
    b = next;
    bytes.push_back(static_cast<std::uint8_t>(next >> 24));
  }
  return bytes;
}

template <typename Plain, typename Keyed>
Bytes hash_of_hashes(Plain plain, Keyed keyed, std::initializer_list<std::uint8_t> hash_sizes,
                     std::initializer_list<std::size_t> data_sizes) {
  Bytes all;
  for (const auto hash_size : hash_sizes) {
    for (const auto data_size : data_sizes) {
      const auto data = sequence(data_size, static_cast<std::uint32_t>(data_size));
      const auto key = sequence(hash_size, hash_size);
      for (const auto& answer : {plain(data, hash_size), keyed(data, hash_size, key)}) {
        all.insert(all.end(), answer.hash.begin(), answer.hash.end());
      }
    }
  }
  return plain(all, 32).hash;
}

bool rfc_7693() {
  const auto plain_b = [](const Bytes& data, Size size) { return blake2b(data, size); };
  const auto keyed_b = [](const Bytes& data, Size size, const Bytes& key) {
    return blake2bmac(data, size, key);
  };
  const auto plain_s = [](const Bytes& data, Size size) { return blake2s(data, size); };
  const auto keyed_s = [](const Bytes& data, Size size, const Bytes& key) {
    return blake2smac(data, size, key);
  };
  return hash_of_hashes(plain_b, keyed_b, {20, 32, 48, 64}, {0, 3, 128, 129, 255, 1024}) ==
             of_hex("c23a7800d98123bd10f506c61e29da5603d763b8bbad2e737f5e765a7bccd475") &&
         hash_of_hashes(plain_s, keyed_s, {16, 20, 28, 32}, {0, 3, 64, 65, 255, 1024}) ==
             of_hex("6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe");
}

bool salt_and_personalisation() {
  bool right = true;
  const auto data = pattern(200);
  const auto check_b = [&](std::uint8_t size, std::string_view key, std::string_view salt,
                           std::string_view personal, std::string_view hash) {
    right = right && blake2bmac(data, size, of_text(key), of_text(salt), of_text(personal)) ==
                         of(of_hex(hash));
  };
  const auto check_s = [&](std::uint8_t size, std::string_view key, std::string_view salt,
                           std::string_view personal, std::string_view hash) {
    right = right && blake2smac(data, size, of_text(key), of_text(salt), of_text(personal)) ==
                         of(of_hex(hash));
  };
#define BLAKE2B_PARAMETERS(...) check_b(__VA_ARGS__);
#define BLAKE2S_PARAMETERS(...) check_s(__VA_ARGS__);
#include "vectors/blake2_parameters.inc"
#undef BLAKE2B_PARAMETERS
#undef BLAKE2S_PARAMETERS
  // `none` is as empty.
  return right && blake2bmac(data, {}, {}) == blake2b(data) &&
         blake2smac(data, {}, {}, Bytes{}, Bytes{}) == blake2s(data);
}

bool official_blake3() {
  bool right = true;
  const auto key = of_text("whats the Elvish word for friend");
  const auto check = [&](std::size_t size, std::string_view hash, std::string_view keyed_hash) {
    const auto data = pattern(size, 251);
    const auto extended = of_hex(hash);
    right = right && blake3(data, 131) == of(extended) &&
            blake3(data) == of(Bytes(extended.begin(), extended.begin() + 32)) &&
            blake3(data, 131, key) == of(of_hex(keyed_hash));
  };
#define BLAKE3(...) check(__VA_ARGS__);
#include "vectors/blake3.inc"
#undef BLAKE3
  return right;
}

bool sizes() {
  const Bytes data = of_text("data");
  return blake2s(data).hash.size() == 32 && blake2b(data).hash.size() == 64 &&
         blake3(data).hash.size() == 32 && blake2s(data, 1).hash.size() == 1 &&
         blake2b(data, 63).hash.size() == 63 && blake3(data, 255).hash.size() == 255;
}

constexpr Errno kKey = HERMES_HASH_API_ERRNO_KEY_TOO_BIG;
constexpr Errno kHash = HERMES_HASH_API_ERRNO_HASH_TOO_BIG;
constexpr Errno kSalt = HERMES_HASH_API_ERRNO_SALT_TOO_BIG;
constexpr Errno kPersonal = HERMES_HASH_API_ERRNO_PERSONAL_TOO_BIG;
constexpr Errno kZero = HERMES_HASH_API_ERRNO_INVALID_DIGEST_BYTE_LENGTH;

bool order_of_the_checks() {
  const Bytes data = of_text("data");
  const Bytes b16(17);
  const Bytes b8(9);
  return blake2bmac(data, 0, Bytes(65), b16, b16) == of(kKey) &&
         blake2bmac(data, 0, Bytes(64), b16, b16) == of(kZero) &&
         blake2bmac(data, 65, Bytes(64), b16, b16) == of(kHash) &&
         blake2bmac(data, 64, Bytes(64), b16, b16) == of(kSalt) &&
         blake2bmac(data, 64, Bytes(64), Bytes(16), b16) == of(kPersonal) &&
         blake2smac(data, 0, Bytes(33), b8, b8) == of(kKey) &&
         blake2smac(data, 0, Bytes(32), b8, b8) == of(kZero) &&
         blake2smac(data, 33, Bytes(32), b8, b8) == of(kHash) &&
         blake2smac(data, 32, Bytes(32), b8, b8) == of(kSalt) &&
         blake2smac(data, 32, Bytes(32), Bytes(8), b8) == of(kPersonal);
}

bool sizes_of_plain_hashes() {
  const Bytes data = of_text("data");
  return blake2b(data, 0) == of(kZero) && blake2b(data, 65) == of(kHash) &&
         blake2b(data, 255) == of(kHash) && blake2s(data, 0) == of(kZero) &&
         blake2s(data, 33) == of(kHash) && blake3(data, 0) == of(kZero);
}

bool keys_of_blake3() {
  const Bytes data = of_text("data");
  Bytes filled_up(32);
  filled_up[0] = 'k';
  return blake3(data, {}, of_text("k")) == blake3(data, {}, filled_up) &&
         blake3(data, {}, Bytes{}) == blake3(data, {}, Bytes(32)) &&
         !(blake3(data, {}, Bytes{}) == blake3(data)) && blake3(data, {}, Bytes(33)) == of(kKey) &&
         blake3(data, 0, Bytes(33)) == of(kKey) && blake3(data, 0, Bytes(32)) == of(kZero);
}

// Such a hash takes long enough to be done beside the worker.
bool much_data() {
  const auto data = pattern(8 << 20);
  return blake2b(data, 32) ==
             of(of_hex("a106e59d6b0dc441bc77e92d3752b3e38e0ab9cdbe61ddcef78989487b430f9a")) &&
         blake2s(data) ==
             of(of_hex("a2dcbb556cc4dcb7930a909393c7fd7cf445852904df9510f6af0f91802cefe1")) &&
         blake3(data) == blake3(data, 32) && !(blake3(data) == blake3(pattern((8 << 20) - 1)));
}

// The length says 2 GiB, of which the memory has less.
bool huge_length() {
  hermes_hash_api_bstr_t data = {reinterpret_cast<std::uint8_t*>(16), 0x7fffffff};
  hermes_hash_api_bstr_t hash;
  Errno error;
  return hermes_hash_api_blake3(&data, nullptr, nullptr, &hash, &error);
}

bool huge_key() {
  return blake2bmac(of_text("data"), {}, Bytes(16 << 20)) == of(kKey) &&
         blake2smac(of_text("data"), {}, Bytes(1), Bytes(16 << 20)) == of(kSalt) &&
         blake3(of_text("data"), {}, Bytes(16 << 20)) == of(kKey);
}

constexpr Test kAll[] = {
    {"official vectors of BLAKE2b", official_blake2b},
    {"official vectors of BLAKE2s", official_blake2s},
    {"RFC 7693", rfc_7693},
    {"salt and personalisation", salt_and_personalisation},
    {"official vectors of BLAKE3", official_blake3},
    {"sizes", sizes},
    {"order of the checks", order_of_the_checks},
    {"sizes of plain hashes", sizes_of_plain_hashes},
    {"keys of BLAKE3", keys_of_blake3},
    {"much data", much_data},
    {"huge length", huge_length},
    {"huge key", huge_key},
};

}  // namespace

const Tests kTests = {kAll, std::size(kAll)};
