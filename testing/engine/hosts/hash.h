#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "wit/hermes/hash.h"

namespace hermes::testing {

/// hermes:hash as the shapes guest expects it: testing/guests/shapes/README.md.
class HashHost : public wit::hash::Api {
 public:
  using CallContext = wit::hash::CallContext;
  using Bytes = std::span<const std::uint8_t>;
  using MaybeBytes = std::optional<Bytes>;
  using Size = std::optional<std::uint8_t>;
  using Answer = Expected<wit::hash::Bstr, wit::hash::Errno>;

  Result<Answer> blake2s(CallContext&, Bytes buf, Size outlen) override {
    return joined(outlen, {buf});
  }
  Result<Answer> blake2smac(CallContext&, Bytes buf, Size outlen, Bytes key, MaybeBytes salt,
                            MaybeBytes personal) override {
    return joined(outlen, {buf, key, salt, personal});
  }
  Result<Answer> blake2b(CallContext&, Bytes buf, Size outlen) override {
    return joined(outlen, {buf});
  }
  Result<Answer> blake2bmac(CallContext&, Bytes buf, Size outlen, Bytes key, MaybeBytes salt,
                            MaybeBytes personal) override {
    return joined(outlen, {buf, key, salt, personal});
  }
  Result<Answer> blake3(CallContext&, Bytes buf, Size outlen, MaybeBytes key) override {
    return joined(outlen, {buf, key});
  }

 private:
  static Answer joined(Size outlen, std::initializer_list<MaybeBytes> pieces) {
    if (outlen == 0) return Unexpected(wit::hash::Errno::InvalidDigestByteLength);
    wit::hash::Bstr bytes;
    for (const auto& piece : pieces) {
      if (piece) bytes.insert(bytes.end(), piece->begin(), piece->end());
    }
    if (outlen) bytes.resize(std::min<std::size_t>(bytes.size(), *outlen));
    return bytes;
  }
};

}  // namespace hermes::testing
