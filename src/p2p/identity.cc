#include "p2p/identity.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "base/strings.h"
#include "io/descriptor.h"
#include "io/replace_file.h"
#include "p2p/peer_id.h"

namespace hermes::p2p {
namespace {

constexpr mode_t kOthers = 0077;
constexpr std::size_t kLargestFile = 4'096;
constexpr std::size_t kSignature = 64;

template <auto free>
struct Free {
  void operator()(auto* object) const { free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free>>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Error system_error(const std::filesystem::path& file) {
  return {Code::Denied, concat("'", file.native(), "': ", std::generic_category().message(errno))};
}

Key key_of(const Seed& seed) {
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
}

// Nullopt if there is no such file.
Result<std::optional<std::string>> read_secret(const std::filesystem::path& file) {
  const io::Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened && errno == ENOENT) return std::optional<std::string>();
  struct stat status{};
  if (!opened || ::fstat(opened.get(), &status) != 0) return system_error(file);
  if ((status.st_mode & kOthers) != 0) {
    return Error(Code::Denied,
                 concat("'", file.native(), "' is open to others: chmod 600 keeps it secret"));
  }
  std::string text(kLargestFile, '\0');
  const auto size = ::read(opened.get(), text.data(), text.size());
  if (size < 0) return system_error(file);
  text.resize(static_cast<std::size_t>(size));
  return std::optional(std::move(text));
}

// Else OpenSSL asks at the terminal for that of an encrypted key.
int no_passphrase(char* /*to*/, int /*size*/, int /*is_writing*/, void* /*data*/) {
  return -1;
}

Result<Seed> seed_of(std::string_view pem, const std::filesystem::path& file) {
  const Memory text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Key key(PEM_read_bio_PrivateKey(text.get(), nullptr, no_passphrase, nullptr));
  Seed seed{};
  std::size_t size = seed.size();
  const bool is_read = key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519 &&
                       EVP_PKEY_get_raw_private_key(key.get(), seed.data(), &size) == 1;
  ERR_clear_error();
  if (is_read) return seed;
  return Error(Code::Corrupt, concat("'", file.native(), "' is no private key of Ed25519"));
}

Result<std::string> pem_of(const Seed& seed) {
  const Key key = key_of(seed);
  const Memory text(BIO_new(BIO_s_mem()));
  if (!key || PEM_write_bio_PKCS8PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                            nullptr) != 1) {
    ERR_clear_error();
    return Error(Code::Denied, "OpenSSL makes no key");
  }
  char* data = nullptr;
  const auto size = BIO_get_mem_data(text.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = lower_case(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

Result<Identity> Identity::load_or_make(const std::filesystem::path& file) {
  const auto kept = TRY(read_secret(file));
  if (kept) return from_seed(TRY(seed_of(*kept, file)));
  Seed seed{};
  if (RAND_bytes(seed.data(), static_cast<int>(seed.size())) != 1) {
    return Error(Code::Denied, "OpenSSL has no random numbers");
  }
  TRY(io::replace_file(file, TRY(pem_of(seed))));
  return from_seed(seed);
}

Result<Identity> Identity::from_seed(const Seed& seed) {
  const Key key = key_of(seed);
  std::string public_key(32, '\0');
  std::size_t size = public_key.size();
  if (!key || EVP_PKEY_get_raw_public_key(
                  key.get(), reinterpret_cast<unsigned char*>(public_key.data()), &size) != 1) {
    ERR_clear_error();
    return Error(Code::Denied, "OpenSSL makes no key");
  }
  return Identity(seed, std::move(public_key));
}

std::string Identity::peer() const {
  return peer_of_key(public_key_);
}

std::string Identity::sign(std::string_view text) const {
  const Key key = key_of(seed_);
  const Context context(EVP_MD_CTX_new());
  std::string signature(kSignature, '\0');
  std::size_t size = signature.size();
  const bool is_signed =
      key && context &&
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes(text), text.size()) == 1;
  HERMES_CHECK(is_signed, "a key that was made signs");
  return signature;
}

bool verify(std::string_view public_key, std::string_view text, std::string_view signature) {
  const Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(public_key), public_key.size()));
  const Context context(EVP_MD_CTX_new());
  const bool is_right =
      key && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                       text.size()) == 1;
  if (!is_right) ERR_clear_error();
  return is_right;
}

Result<std::vector<std::uint8_t>> read_network_key(const std::filesystem::path& file) {
  const auto text = TRY(read_secret(file));
  if (!text) return Error(Code::NotFound, concat("'", file.native(), "' does not exist"));
  const auto lines = split(*text, '\n');
  const auto line = [&](std::size_t number) {
    return number < lines.size() ? trim(lines[number]) : std::string_view();
  };
  std::vector<std::uint8_t> key;
  const auto digits = line(2);
  bool is_right =
      line(0) == "/key/swarm/psk/1.0.0/" && line(1) == "/base16/" && digits.size() == 64;
  for (std::size_t i = 0; is_right && i < digits.size(); i += 2) {
    const int high = digit_of(digits[i]);
    const int low = digit_of(digits[i + 1]);
    is_right = high >= 0 && low >= 0;
    key.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  if (is_right) return key;
  return Error(Code::InvalidArgument, concat("'", file.native(),
                                             "' is no key of a private network: three lines, "
                                             "/key/swarm/psk/1.0.0/, /base16/ and 64 digits"));
}

}  // namespace hermes::p2p
