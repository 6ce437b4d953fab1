#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "p2p/cid.h"

using hermes::p2p::Cid;

// What is read as text or as bytes is the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& cid : {Cid::parse(text), Cid::from_bytes(text)}) {
    if (!cid) continue;
    const auto bytes = Cid::from_bytes(cid->bytes());
    if (!bytes || *bytes != *cid) std::abort();
    const auto again = Cid::parse(cid->text());
    if (cid->text().size() <= 256 && (!again || *again != *cid)) std::abort();
    static_cast<void>(cid->names(text));
  }
  const auto bytes = Cid::from_bytes(text);
  if (bytes && bytes->bytes() != text) std::abort();
  return 0;
}
