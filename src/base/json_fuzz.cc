#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/json.h"

namespace {

// What was read is written, read again and must be the same.
void visit(const hermes::json::Value& value) {
  if (value.kind() == hermes::json::Value::Kind::Object) {
    const auto members = *value.object();
    for (const auto& member : members) visit(member.value);
  } else if (value.kind() == hermes::json::Value::Kind::Array) {
    const auto elements = *value.array();
    for (const auto& element : elements) visit(element);
  }
  if (value.error("here").message().empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using hermes::json::Document;
  const auto document =
      Document::parse(std::string(reinterpret_cast<const char*>(data), size), "fuzz.json");
  if (!document) return 0;
  visit(document->root());
  const auto compact = document->root().compact();
  const auto again = Document::parse(compact, "compact.json");
  if (!again || again->root().compact() != compact) std::abort();
  return 0;
}
