#include "p2p/cid.h"

#include <openssl/evp.h>

#include <utility>

#include "base/check.h"
#include "base/strings.h"
#include "p2p/multibase.h"
#include "p2p/varint.h"

namespace hermes::p2p {
namespace {

constexpr std::uint64_t kIdentity = 0x00;
constexpr std::uint64_t kSha256 = 0x12;
constexpr std::uint64_t kSha512 = 0x13;
constexpr std::size_t kLongestDigest = 128;
constexpr std::size_t kVersion0Size = 34;    // In bytes.
constexpr std::size_t kVersion0Length = 46;  // As text.
constexpr std::size_t kLongestText = 256;

struct Multihash {
  std::uint64_t function;
  std::string_view digest;
};

std::optional<Multihash> split_multihash(std::string_view bytes) {
  const auto function = take_short_varint(bytes);
  const auto size = function ? take_short_varint(bytes) : std::nullopt;
  if (!size || *size != bytes.size() || *size > kLongestDigest) return std::nullopt;
  return Multihash{*function, bytes};
}

std::string digest_of(std::string_view bytes, const EVP_MD* function) {
  std::string digest(static_cast<std::size_t>(EVP_MD_get_size(function)), '\0');
  const auto ok =
      EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()),
                 nullptr, function, nullptr);
  HERMES_CHECK(ok == 1, "SHA-2 is there");
  return digest;
}

Error invalid(std::string_view why) {
  return {Code::InvalidArgument, concat("not a CID: ", why)};
}

bool is_version_0(std::string_view bytes) {
  return bytes.size() == kVersion0Size && bytes.starts_with("\x12\x20");
}

}  // namespace

std::string sha256_multihash(std::string_view bytes) {
  return "\x12\x20" + digest_of(bytes, EVP_sha256());
}

bool is_multihash(std::string_view bytes) {
  return split_multihash(bytes).has_value();
}

Cid::Cid(int version, std::uint64_t codec, std::string multihash)
    : version_(version), codec_(codec), multihash_(std::move(multihash)) {
  const auto parts = split_multihash(multihash_);
  if (parts && parts->function == kIdentity) inlined_ = parts->digest;
}

Cid Cid::of(std::string_view block, std::uint64_t codec, int version) {
  HERMES_CHECK(version == 1 || codec == kDagPb, "a CID of version 0 is of dag-pb");
  return {version, codec, sha256_multihash(block)};
}

Result<Cid> Cid::parse(std::string_view text) {
  if (text.size() > kLongestText) return invalid("it is too long");
  if (text.size() == kVersion0Length && text.starts_with("Qm")) {
    const auto bytes = from_base58(text);
    if (!bytes || !is_version_0(*bytes)) return invalid("it is not in base58");
    return Cid(0, kDagPb, *bytes);
  }
  const auto bytes = from_multibase(text);
  if (!bytes) return invalid("it is neither version 0 nor in base32, base36 or base58");
  if (is_version_0(*bytes)) return invalid("version 0 has no base before it");
  return from_bytes(*bytes);
}

Result<Cid> Cid::from_bytes(std::string_view bytes) {
  if (is_version_0(bytes)) return Cid(0, kDagPb, std::string(bytes));
  if (take_short_varint(bytes) != 1) return invalid("its version is not known");
  const auto codec = take_short_varint(bytes);
  if (!codec || !is_multihash(bytes)) return invalid("its hash is cut short or too long");
  return Cid(1, *codec, std::string(bytes));
}

std::string Cid::text() const {
  return version_ == 0 ? to_base58(multihash_) : concat("b", to_base32(bytes()));
}

std::string Cid::bytes() const {
  if (version_ == 0) return multihash_;
  std::string bytes;
  append_varint(bytes, 1);
  append_varint(bytes, codec_);
  return bytes + multihash_;
}

bool Cid::names(std::string_view block) const {
  const auto parts = split_multihash(multihash_);
  if (!parts) return false;
  switch (parts->function) {
    case kIdentity:
      return parts->digest == block;
    case kSha256:
      return parts->digest == digest_of(block, EVP_sha256());
    case kSha512:
      return parts->digest == digest_of(block, EVP_sha512());
    default:
      return false;
  }
}

}  // namespace hermes::p2p
