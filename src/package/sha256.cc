#include "package/sha256.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace hermes::package {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  HERMES_CHECK(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1, "SHA-256 is there");
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(state_->context);
}

void Sha256::add(std::string_view data) {
  HERMES_CHECK(EVP_DigestUpdate(state_->context, data.data(), data.size()) == 1, "it takes all");
}

Digest Sha256::digest() {
  Digest digest{};
  HERMES_CHECK(EVP_DigestFinal_ex(state_->context, digest.data(), nullptr) == 1, "it ends");
  return digest;
}

Digest sha256(std::string_view data) {
  Sha256 hash;
  hash.add(data);
  return hash.digest();
}

std::string to_hex(const Digest& digest) {
  std::string text;
  text.reserve(2 * digest.size());
  for (const unsigned byte : digest) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

std::optional<Digest> from_hex(std::string_view text) {
  Digest digest{};
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto value = kDigits.find(text[i]);
    if (value == kDigits.npos) return std::nullopt;
    digest[i / 2] = static_cast<std::uint8_t>(16U * digest[i / 2] + value);
  }
  return digest;
}

}  // namespace hermes::package
