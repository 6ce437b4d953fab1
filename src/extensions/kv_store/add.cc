#include "extensions/kv_store/add.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace hermes::kv_store {
namespace {

using namespace wit::kv_store::kv_values;

__extension__ using Wide = __int128;  // Holds the sum of any two integers of 64 bits.

template <typename Integer>
Integer saturate(Wide n) {
  using Limits = std::numeric_limits<Integer>;
  return static_cast<Integer>(std::clamp<Wide>(n, Limits::min(), Limits::max()));
}

// What is past 2^65 moves any integer to its limit, and is as good as infinite.
Wide nearest(double x) {
  constexpr double kFar = 0x1p65;
  return static_cast<Wide>(std::round(std::clamp(x, -kFar, kFar)));
}

// The longest start of `text` that has at most `bytes` bytes and does not end within a character.
std::string_view cut(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  const auto continues = [&] { return (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80; };
  while (bytes > 0 && continues()) --bytes;
  return text.substr(0, bytes);
}

struct Adder {
  std::size_t max_bytes;

  template <typename Current, typename Operand>
  Value operator()(const Current& current, const Operand&) const {
    return current;
  }

  Value operator()(const KvS64& a, const KvS64& b) const { return integers(a, b); }
  Value operator()(const KvS64& a, const KvU64& b) const { return integers(a, b); }
  Value operator()(const KvU64& a, const KvS64& b) const { return integers(a, b); }
  Value operator()(const KvU64& a, const KvU64& b) const { return integers(a, b); }

  Value operator()(const KvS64& a, const KvF64& b) const { return rounded(a, b); }
  Value operator()(const KvU64& a, const KvF64& b) const { return rounded(a, b); }

  Value operator()(const KvF64& a, const KvS64& b) const { return floating(a, b); }
  Value operator()(const KvF64& a, const KvU64& b) const { return floating(a, b); }
  Value operator()(const KvF64& a, const KvF64& b) const {
    return std::isnan(b.value) ? Value(a) : floating(a, b);
  }

  Value operator()(const KvString& a, const KvString& b) const { return append(a, b.value); }
  Value operator()(const KvString& a, const KvS64& b) const { return append(a, decimal(b.value)); }
  Value operator()(const KvString& a, const KvU64& b) const { return append(a, decimal(b.value)); }
  Value operator()(const KvString& a, const KvF64& b) const {
    return std::isnan(b.value) ? Value(a) : append(a, decimal(b.value));
  }

  Value operator()(const KvBstr& a, const KvBstr& b) const {
    auto sum = a;
    const auto room = max_bytes - std::min(max_bytes, a.value.size());
    const auto count = static_cast<std::ptrdiff_t>(std::min(room, b.value.size()));
    sum.value.insert(sum.value.end(), b.value.begin(), b.value.begin() + count);
    return sum;
  }

 private:
  template <typename Current>
  static Value integers(const Current& a, const auto& b) {
    return Current{saturate<decltype(Current::value)>(Wide{a.value} + Wide{b.value})};
  }
  template <typename Current>
  static Value rounded(const Current& a, const KvF64& b) {
    if (std::isnan(b.value)) return a;
    return Current{saturate<decltype(Current::value)>(Wide{a.value} + nearest(b.value))};
  }
  static Value floating(const KvF64& a, const auto& b) {
    return KvF64{a.value + static_cast<double>(b.value)};
  }

  Value append(const KvString& a, std::string_view more) const {
    const auto room = max_bytes - std::min(max_bytes, a.value.size());
    auto sum = a;
    sum.value += cut(more, room);
    return sum;
  }
  static std::string decimal(auto number) {
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    return {text.data(), end};
  }
};

}  // namespace

Value add(const Value& current, const Value& operand, std::size_t max_bytes) {
  return std::visit(Adder{max_bytes}, current, operand);
}

Value add_to_nothing(Value operand, std::size_t max_bytes) {
  if (auto* text = std::get_if<KvString>(&operand)) {
    text->value.resize(cut(text->value, max_bytes).size());
  } else if (auto* bytes = std::get_if<KvBstr>(&operand)) {
    bytes->value.resize(std::min(bytes->value.size(), max_bytes));
  }
  return operand;
}

}  // namespace hermes::kv_store
