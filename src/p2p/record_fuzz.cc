#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "p2p/record.h"

// What is taken for a record was signed, which no fuzzer can do.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto record = hermes::p2p::Record::parse(text);
  if (record && record->publisher.size() != 32) std::abort();
  return 0;
}
