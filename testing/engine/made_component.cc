#include "testing/engine/made_component.h"

#include "base/strings.h"

namespace hermes::testing {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

std::string leb128(std::size_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7U) bytes += static_cast<char>((number & 0x7fU) | 0x80U);
  bytes += static_cast<char>(number);
  return bytes;
}

std::string section(char id, std::string_view content) {
  return concat(std::string_view(&id, 1), leb128(content.size()), content);
}

constexpr std::size_t kAdditionsInFunction = 10'000;

// (func (param i32) (result i32) local.get 0 (local.get 0, i32.add)*)
std::string function() {
  std::string body = "\0\x20\0"s;
  for (std::size_t i = 0; i < kAdditionsInFunction; ++i) body += "\x20\0\x6a"sv;
  body += '\x0b';
  return concat(leb128(body.size()), body);
}

}  // namespace

std::string component_of_additions(std::size_t additions) {
  const auto functions = (additions + kAdditionsInFunction - 1) / kAdditionsInFunction;
  auto types = leb128(functions);
  auto bodies = types;
  for (std::size_t i = 0; i < functions; ++i) {
    types += '\0';
    bodies += function();
  }
  const auto module = concat("\0asm\1\0\0\0"sv, section(1, "\1\x60\1\x7f\1\x7f"sv),
                             section(3, types), section(10, bodies));
  return concat("\0asm\x0d\0\1\0"sv, section(1, module));
}

}  // namespace hermes::testing
