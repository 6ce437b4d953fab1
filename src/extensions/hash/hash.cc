#include "extensions/hash/hash.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "extensions/hash/blake2.h"
#include "primitives/blake3.h"
#include "wit/hermes/hash.h"

namespace hermes::hash {
namespace {

using wit::hash::Bstr;
using wit::hash::CallContext;
using wit::hash::Errno;
using Bytes = std::span<const std::uint8_t>;
using MaybeBytes = std::optional<Bytes>;
using Size = std::optional<std::uint8_t>;
using Answer = Expected<Bstr, Errno>;
using Blake2 = void (*)(Bytes, const Blake2Options&, std::span<std::uint8_t>);

constexpr std::size_t kBlake3Key = 32;
constexpr std::size_t kBlake3Hash = 32;  // Unless the guest asks for another size.

Answer blake2(Blake2 function, const Blake2Sizes& sizes, Bytes data, Size outlen,
              const Blake2Options& options) {
  if (options.key.size() > sizes.key) return Unexpected(Errno::KeyTooBig);
  const std::size_t size = outlen.value_or(sizes.hash);
  if (size == 0) return Unexpected(Errno::InvalidDigestByteLength);
  if (size > sizes.hash) return Unexpected(Errno::HashTooBig);
  if (options.salt.size() > sizes.salt) return Unexpected(Errno::SaltTooBig);
  if (options.personal.size() > sizes.personal) return Unexpected(Errno::PersonalTooBig);
  Bstr hash(size);
  function(data, options, hash);
  return hash;
}

class Hash final : public runtime::Extension, public wit::hash::Api {
 public:
  std::string_view name() const override { return "hash"; }

  Result<> link(wasm::Linker& linker) override {
    // Chooses the fastest code for this processor, once.
    if (sodium_init() < 0) return Error(Code::Corrupt, "libsodium does not start");
    return linker.provide<Api>(*this);
  }

  Result<Answer> blake2s(CallContext&, Bytes buf, Size outlen) override {
    return blake2(hash::blake2s, kBlake2s, buf, outlen, {});
  }

  Result<Answer> blake2smac(CallContext&, Bytes buf, Size outlen, Bytes key, MaybeBytes salt,
                            MaybeBytes personal) override {
    return blake2(hash::blake2s, kBlake2s, buf, outlen,
                  {key, salt.value_or(Bytes()), personal.value_or(Bytes())});
  }

  Result<Answer> blake2b(CallContext&, Bytes buf, Size outlen) override {
    return blake2(hash::blake2b, kBlake2b, buf, outlen, {});
  }

  Result<Answer> blake2bmac(CallContext&, Bytes buf, Size outlen, Bytes key, MaybeBytes salt,
                            MaybeBytes personal) override {
    return blake2(hash::blake2b, kBlake2b, buf, outlen,
                  {key, salt.value_or(Bytes()), personal.value_or(Bytes())});
  }

  Result<Answer> blake3(CallContext&, Bytes buf, Size outlen, MaybeBytes key) override {
    if (key && key->size() > kBlake3Key) return Answer(Unexpected(Errno::KeyTooBig));
    const std::size_t size = outlen.value_or(kBlake3Hash);
    if (size == 0) return Answer(Unexpected(Errno::InvalidDigestByteLength));
    std::array<std::uint8_t, kBlake3Key> filled_up{};
    if (key) std::ranges::copy(*key, filled_up.begin());
    Bstr hash(size);
    TRY(primitives::blake3(
        buf, key ? std::optional(std::span(std::as_const(filled_up))) : std::nullopt, hash));
    return Answer(std::move(hash));
  }
};

}  // namespace

std::unique_ptr<runtime::Extension> make() {
  return std::make_unique<Hash>();
}

}  // namespace hermes::hash
