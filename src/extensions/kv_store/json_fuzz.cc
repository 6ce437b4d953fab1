// Whatever is taken for JSON does not nest deeper than it may, and stays JSON inside a list.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "extensions/kv_store/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using hermes::kv_store::check_json;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (!check_json(text)) return 0;
  const auto deeper = check_json("[" + text + "]");
  if (!deeper && deeper.error().message().find("nests deeper") == std::string::npos) std::abort();
  return 0;
}
