#include "extensions/http_gateway/byte_ranges.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

constexpr std::size_t kMostRanges = 32;

// A number too large for us is one past the end of every file.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? number : UINT64_MAX;
}

// "a-b", "a-" or "-count"; a size of 0 for what is outside.
std::optional<ByteRange> parse_range(std::string_view text, std::uint64_t size) {
  const auto [from, to] = split_once(text, '-');
  if (!to) return std::nullopt;
  if (from.empty()) {
    const auto count = parse_number(*to);
    if (!count) return std::nullopt;
    const auto taken = std::min(*count, size);
    return ByteRange{size - taken, taken};
  }
  const auto first = parse_number(from);
  const auto last = to->empty() ? std::optional(UINT64_MAX) : parse_number(*to);
  if (!first || !last || *last < *first) return std::nullopt;
  if (*first >= size) return ByteRange{size, 0};
  return ByteRange{*first, std::min(*last, size - 1) - *first + 1};
}

}  // namespace

std::variant<WholeFile, Unsatisfiable, std::vector<ByteRange>> parse_ranges(std::string_view value,
                                                                            std::uint64_t size) {
  const auto [unit, set] = split_once(value, '=');
  if (!set || !equals_ignoring_case(trim(unit), "bytes")) return WholeFile();
  const auto items = split(*set, ',');
  if (items.size() > kMostRanges) return WholeFile();
  std::vector<ByteRange> ranges;
  std::uint64_t total = 0;
  bool is_any = false;
  for (const auto item : items) {
    const auto text = trim(item);
    if (text.empty()) continue;  // Lists may have empty elements.
    const auto range = parse_range(text, size);
    if (!range) return WholeFile();
    is_any = true;
    if (range->size == 0) continue;
    ranges.push_back(*range);
    total += range->size;
  }
  if (!is_any) return WholeFile();
  if (ranges.empty()) return Unsatisfiable();
  if (ranges.size() > 1 && total > size) return WholeFile();  // They overlap.
  return ranges;
}

}  // namespace hermes::http_gateway
