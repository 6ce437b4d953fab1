#include "extensions/http_gateway/trace.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

constexpr std::size_t kTraceId = 32;
constexpr std::size_t kParentId = 16;
constexpr std::size_t kSize = 2 + 1 + kTraceId + 1 + kParentId + 1 + 2;

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

void append_hex(std::string& text, std::uint64_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(number >> shift) & 15];
}

std::uint64_t id() {
  const auto number = random_number();
  return number == 0 ? 1 : number;  // Of zeroes alone, no id is one.
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == text.npos;
}

// Later versions may have more behind what is known.
bool is_valid(std::string_view text) {
  if (text.size() < kSize || !is_hex(text.substr(0, 2)) || text.starts_with("ff")) return false;
  if (text.size() > kSize && (text.starts_with("00") || text[kSize] != '-')) return false;
  const auto trace = text.substr(3, kTraceId);
  const auto parent = text.substr(36, kParentId);
  return text[2] == '-' && text[35] == '-' && text[52] == '-' && is_hex(trace) && is_hex(parent) &&
         is_hex(text.substr(53, 2)) && !is_zero(trace) && !is_zero(parent);
}

}  // namespace

Trace Trace::of(std::optional<std::string_view> traceparent) {
  Trace trace;
  if (traceparent && is_valid(*traceparent)) {
    trace.trace_id = traceparent->substr(3, kTraceId);
    trace.flags = traceparent->substr(53, 2);
  } else {
    trace.trace_id.reserve(kTraceId);
    append_hex(trace.trace_id, id());
    append_hex(trace.trace_id, id());
    trace.flags = "00";
  }
  append_hex(trace.request_id, id());
  return trace;
}

std::string Trace::traceparent() const {
  return concat("00-", trace_id, "-", request_id, "-", flags);
}

}  // namespace hermes::http_gateway
