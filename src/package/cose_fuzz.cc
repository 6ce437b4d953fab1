#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "package/cose.h"
#include "package/signatures.h"

using namespace hermes::package;

// What is read is written the same; and certificates that come with it are checked.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto sign = CoseSign::parse(text);
  if (sign && sign->encode() != text) std::abort();
  static const auto kTrust = *Trust::open("/nonexistent");
  if (sign) static_cast<void>(check_signatures(text, "# hermes app 1\n", kTrust, {}).has_value());
  return 0;
}
