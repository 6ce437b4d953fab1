#include "package/cose.h"

#include <algorithm>
#include <cstdint>

#include "base/cbor.h"
#include "base/strings.h"

namespace hermes::package {
namespace {

constexpr std::size_t kSignatures = 16;
constexpr std::size_t kChain = 8;
constexpr std::size_t kEd25519 = 64;

// Of the registries of IANA.
constexpr std::uint64_t kCoseSign = 98;
constexpr std::int64_t kAlgorithm = 1;
constexpr std::int64_t kCounterSignature = 11;
constexpr std::int64_t kX5Chain = 33;
constexpr std::int64_t kX5T = 34;
constexpr std::int64_t kEdDsa = -8;
constexpr std::int64_t kSha256 = -16;

std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string protected_headers(const Digest& certificate) {
  cbor::Writer writer;
  writer.map(2).integer(kAlgorithm).integer(kEdDsa);
  writer.integer(kX5T).array(2).integer(kSha256).bytes(view(certificate));
  return writer.encoded();
}

void write(cbor::Writer& writer, const CoseSignature& signature) {
  const auto& counter = signature.counter_signatures;
  writer.array(3).bytes(protected_headers(signature.certificate)).map(counter.empty() ? 1 : 2);
  if (!counter.empty()) {
    writer.integer(kCounterSignature).array(counter.size());
    for (const auto& one : counter) write(writer, one);
  }
  writer.integer(kX5Chain);
  if (signature.chain.size() > 1) writer.array(signature.chain.size());
  for (const auto& certificate : signature.chain) writer.bytes(certificate);
  writer.bytes(signature.signature);
}

Result<> expect(std::int64_t expected, cbor::Reader& reader, std::string_view what) {
  if (TRY(reader.integer()) == expected) return {};
  return Error(Code::Corrupt, concat("expected ", what));
}

Result<> expect_count(std::size_t expected, std::size_t found, std::string_view what) {
  if (found == expected) return {};
  return Error(Code::Corrupt, concat("expected ", expected, " members of ", what));
}

Result<Digest> read_protected(std::string_view text) {
  cbor::Reader reader(text);
  TRY(expect_count(2, TRY(reader.map(2)), "protected headers"));
  TRY(expect(kAlgorithm, reader, "the header 1 (alg)"));
  TRY(expect(kEdDsa, reader, "the algorithm -8 (EdDSA)"));
  TRY(expect(kX5T, reader, "the header 34 (x5t)"));
  TRY(expect_count(2, TRY(reader.array(2)), "x5t"));
  TRY(expect(kSha256, reader, "the algorithm -16 (SHA-256)"));
  const auto bytes = TRY(reader.bytes());
  Digest digest{};
  TRY(expect_count(digest.size(), bytes.size(), "the digest in x5t"));
  std::ranges::copy(bytes, digest.begin());
  TRY(reader.end());
  return digest;
}

Result<std::vector<std::string>> read_chain(cbor::Reader& reader) {
  const auto count = reader.is_array() ? TRY(reader.array(kChain)) : 1;
  std::vector<std::string> chain;
  for (std::size_t i = 0; i < count; ++i) chain.emplace_back(TRY(reader.bytes()));
  if (chain.empty()) return Error(Code::Corrupt, "expected a certificate in x5chain");
  return chain;
}

enum class Level : std::uint8_t { Signature, CounterSignature };

Result<CoseSignature> read_signature(cbor::Reader& reader, Level level);

Result<std::vector<CoseSignature>> read_signatures(cbor::Reader& reader, Level level) {
  const auto count = TRY(reader.array(kSignatures));
  if (count == 0) return Error(Code::Corrupt, "expected a signature");
  std::vector<CoseSignature> signatures;
  for (std::size_t i = 0; i < count; ++i) signatures.push_back(TRY(read_signature(reader, level)));
  return signatures;
}

Result<> read_unprotected(CoseSignature& signature, cbor::Reader& reader, Level level) {
  const auto headers = TRY(reader.map(level == Level::Signature ? 2 : 1));
  if (headers == 2) {
    TRY(expect(kCounterSignature, reader, "the header 11 (counter-signature)"));
    signature.counter_signatures = TRY(read_signatures(reader, Level::CounterSignature));
  }
  TRY(expect(kX5Chain, reader, "the header 33 (x5chain)"));
  signature.chain = TRY(read_chain(reader));
  return {};
}

Result<CoseSignature> read_signature(cbor::Reader& reader, Level level) {
  TRY(expect_count(3, TRY(reader.array(3)), "a signature"));
  CoseSignature signature{
      .certificate = TRY(read_protected(TRY(reader.bytes()))), .chain = {}, .signature = {}};
  TRY(read_unprotected(signature, reader, level));
  signature.signature = TRY(reader.bytes());
  TRY(expect_count(kEd25519, signature.signature.size(), "a signature by Ed25519"));
  return signature;
}

Result<CoseSign> read(std::string_view text) {
  cbor::Reader reader(text);
  TRY(reader.tag(kCoseSign));
  TRY(expect_count(4, TRY(reader.array(4)), "COSE_Sign"));
  TRY(expect_count(0, TRY(reader.bytes()).size(), "the body's protected headers"));
  TRY(reader.map(0));
  TRY(reader.null());
  CoseSign sign{TRY(read_signatures(reader, Level::Signature))};
  TRY(reader.end());
  return sign;
}

}  // namespace

Result<CoseSign> CoseSign::parse(std::string_view text, std::string_view entry) {
  auto sign = TRY(read(text).context(entry));
  // One value has one encoding: so nothing can be hidden in it.
  if (sign.encode() == text) return sign;
  return Error(Code::Corrupt, concat(entry, ": the encoding is not deterministic"));
}

std::string CoseSign::encode() const {
  cbor::Writer writer;
  writer.tag(kCoseSign).array(4).bytes({}).map(0).null().array(signatures.size());
  for (const auto& one : signatures) write(writer, one);
  return writer.encoded();
}

std::string to_be_signed(const Digest& certificate, std::string_view payload) {
  cbor::Writer writer;
  writer.array(5).text("Signature").bytes({}).bytes(protected_headers(certificate)).bytes({});
  writer.bytes(payload);
  return writer.encoded();
}

std::string to_be_counter_signed(const CoseSignature& author, const Digest& certificate) {
  cbor::Writer writer;
  writer.array(5).text("CounterSignature").bytes(protected_headers(author.certificate));
  writer.bytes(protected_headers(certificate)).bytes({}).bytes(author.signature);
  return writer.encoded();
}

}  // namespace hermes::package
