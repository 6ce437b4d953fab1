#include "extensions/crypto/path.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/strings.h"

namespace hermes::crypto {
namespace {

constexpr std::size_t kLongestStep = sizeof("/2147483647'") - 1;

// "0", "2147483647'"
std::optional<std::uint32_t> parse_step(std::string_view text) {
  const bool hardened = text.ends_with('\'') || text.ends_with('H');
  if (hardened) text.remove_suffix(1);
  std::uint32_t index = 0;
  const auto* end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, index);
  if (error != std::errc() || parsed != end || index >= kHardened) return std::nullopt;
  return hardened ? index + kHardened : index;
}

}  // namespace

Result<std::vector<std::uint32_t>> parse_path(std::string_view path) {
  const auto fail = [](const auto&... why) {
    return Error(Code::InvalidArgument, concat("a derivation path ", why...));
  };
  // Before it is looked at: what is longer has zeroes in front of numbers, or too many steps.
  if (path.size() > 1 + kMaxSteps * kLongestStep) return fail("has at most ", kMaxSteps, " steps");
  const auto [root, rest] = split_once(path, '/');
  if (root != "m") return fail("begins with m/");
  std::vector<std::uint32_t> indices;
  if (!rest) return indices;
  for (const auto text : split(*rest, '/')) {
    const auto step = parse_step(text);
    if (!step) return fail("has steps like 0 and 1852', below 2147483648");
    indices.push_back(*step);
  }
  if (indices.size() > kMaxSteps) return fail("has at most ", kMaxSteps, " steps");
  return indices;
}

}  // namespace hermes::crypto
