#include "p2p/multibase.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace hermes::p2p {
namespace {

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kBase36 = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kLongest = 512;  // The conversion of large numbers takes quadratic time.

// The digits of a large number in another base, most significant first, without leading zeros.
std::vector<unsigned> convert(const std::vector<unsigned>& digits, unsigned from, unsigned to) {
  std::vector<unsigned> result;  // Least significant first.
  for (auto carry : digits) {
    for (auto& digit : result) {
      carry += digit * from;
      digit = carry % to;
      carry /= to;
    }
    for (; carry > 0; carry /= to) result.push_back(carry % to);
  }
  std::ranges::reverse(result);
  return result;
}

// Leading zero bytes are as many leading zero digits.
std::string to_large_base(std::string_view bytes, std::string_view alphabet) {
  std::vector<unsigned> digits;
  for (const char c : bytes) digits.push_back(static_cast<unsigned char>(c));
  const auto zeros = std::min(bytes.find_first_not_of('\0'), bytes.size());
  std::string text(zeros, alphabet.front());
  for (const auto digit : convert(digits, 256, static_cast<unsigned>(alphabet.size()))) {
    text += alphabet[digit];
  }
  return text;
}

std::optional<std::string> from_large_base(std::string_view text, std::string_view alphabet) {
  if (text.size() > kLongest) return std::nullopt;
  std::vector<unsigned> digits;
  for (const char c : text) {
    const auto digit = alphabet.find(c);
    if (digit == alphabet.npos) return std::nullopt;
    digits.push_back(static_cast<unsigned>(digit));
  }
  const auto zeros = std::min(text.find_first_not_of(alphabet.front()), text.size());
  std::string bytes(zeros, '\0');
  for (const auto byte : convert(digits, static_cast<unsigned>(alphabet.size()), 256)) {
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace

std::string to_base58(std::string_view bytes) {
  return to_large_base(bytes, kBase58);
}

std::string to_base36(std::string_view bytes) {
  return to_large_base(bytes, kBase36);
}

std::string to_base32(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (count += 8; count >= 5; count -= 5) text += kBase32[bits >> (count - 5) & 31U];
  }
  if (count > 0) text += kBase32[bits << (5 - count) & 31U];
  return text;
}

std::optional<std::string> from_base58(std::string_view text) {
  return from_large_base(text, kBase58);
}

std::optional<std::string> from_base36(std::string_view text) {
  return from_large_base(text, kBase36);
}

std::optional<std::string> from_base32(std::string_view text) {
  if (text.size() > kLongest) return std::nullopt;
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto digit = kBase32.find(c);
    if (digit == kBase32.npos) return std::nullopt;
    bits = bits << 5U | static_cast<std::uint32_t>(digit);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFFU);
  }
  // A letter that adds nothing, or bits that say something beyond the last byte: a second spelling.
  const bool is_exact = count < 5 && (bits & ((1U << count) - 1)) == 0;
  return is_exact ? std::optional(bytes) : std::nullopt;
}

std::optional<std::string> from_multibase(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto rest = text.substr(1);
  switch (text.front()) {
    case 'b':
      return from_base32(rest);
    case 'k':
      return from_base36(rest);
    case 'z':
      return from_base58(rest);
    default:
      return std::nullopt;
  }
}

}  // namespace hermes::p2p
