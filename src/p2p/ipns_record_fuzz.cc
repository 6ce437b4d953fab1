#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "p2p/ipns_record.h"
#include "p2p/protobuf.h"

using namespace hermes::p2p;

// Once as a record, and once as what is signed in one, which no fuzzer can do.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kIdentity = *Identity::from_seed({1});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)IpnsRecord::parse(text, kIdentity.peer());

  std::string encoded;
  append_field(encoded, 8, kIdentity.sign(hermes::concat("ipns-signature:", text)));
  append_field(encoded, 9, text);
  const auto record = IpnsRecord::parse(encoded, kIdentity.peer());
  const auto again = record ? record->sign(kIdentity) : record.error();
  if (again && *IpnsRecord::parse(*again, kIdentity.peer()) != *record) std::abort();
  return 0;
}
