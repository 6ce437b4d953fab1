#include "extensions/http_gateway/trace.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace hermes::http_gateway {
namespace {

// Of the kernel's, taken many at a time. Up to 256 bytes it gives all or waits.
std::uint64_t random_number() {
  thread_local std::array<std::uint64_t, 32> numbers;
  thread_local std::size_t used = numbers.size();
  if (used == numbers.size()) {
    while (::getrandom(numbers.data(), sizeof(numbers), 0) != sizeof(numbers)) continue;
    used = 0;
  }
  return std::exchange(numbers[used++], 0);
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == text.npos;
}

}  // namespace

// Later versions may have more behind what is known.
bool Trace::is_valid(std::string_view text) {
  if (text.size() < kSize || !is_hex(text.substr(0, 2)) || text.starts_with("ff")) return false;
  if (text.size() > kSize && (text.starts_with("00") || text[kSize] != '-')) return false;
  const auto trace = text.substr(kTraceId, kTraceIdSize);
  const auto parent = text.substr(kParentId, kParentIdSize);
  return text[kTraceId - 1] == '-' && text[kParentId - 1] == '-' && text[kFlags - 1] == '-' &&
         is_hex(trace) && is_hex(parent) && is_hex(text.substr(kFlags, 2)) && !is_zero(trace) &&
         !is_zero(parent);
}

void Trace::put(std::size_t at, std::string_view text) {
  std::ranges::copy(text, text_.begin() + at);
}

// 16 digits.
void Trace::put_id(std::size_t at) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  auto number = random_number();
  if (number == 0) number = 1;  // Of zeroes alone, no id is one.
  for (int shift = 60; shift >= 0; shift -= 4) text_[at++] = kDigits[(number >> shift) & 15];
}

Trace Trace::of(std::optional<std::string_view> traceparent) {
  Trace trace;
  trace.text_.fill('-');
  trace.put(0, "00");
  if (traceparent && is_valid(*traceparent)) {
    trace.put(kTraceId, traceparent->substr(kTraceId, kTraceIdSize));
    trace.put(kFlags, traceparent->substr(kFlags, 2));
  } else {
    trace.put_id(kTraceId);
    trace.put_id(kTraceId + kTraceIdSize / 2);
    trace.put(kFlags, "00");
  }
  trace.put_id(kParentId);
  return trace;
}

}  // namespace hermes::http_gateway
