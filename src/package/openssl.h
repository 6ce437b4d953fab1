#pragma once

// What OpenSSL hands out, with an owner.

#include <openssl/bio.h>
#include <openssl/crypto.h>

#include <memory>
#include <string>
#include <string_view>

namespace hermes::package {

template <auto free>
struct Free {
  void operator()(auto* object) const { free(object); }
};
template <typename T, auto free>
using Owned = std::unique_ptr<T, Free<free>>;

inline void free_by_openssl(void* data) {
  OPENSSL_free(data);
}

using Memory = Owned<BIO, BIO_free_all>;

/// To write to.
inline Memory memory() {
  return Memory(BIO_new(BIO_s_mem()));
}
/// To read a text from, which outlives it.
inline Memory memory(std::string_view text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// What was written to it.
inline std::string content(BIO* memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace hermes::package
