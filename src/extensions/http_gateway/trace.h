#pragma once

// A request's place in a trace, by W3C Trace Context: what the client sends is taken over, with an
// id of the gateway's own as the parent of what comes after; else a trace begins.
//
//   traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hermes::http_gateway {

class Trace {
 public:
  /// Of a request with this traceparent header, if it has one.
  static Trace of(std::optional<std::string_view> traceparent);

  /// For whoever works on behalf of the request. The views live as long as the object.
  std::string_view traceparent() const { return {text_.data(), text_.size()}; }

  /// 32 hexadecimal digits.
  std::string_view trace_id() const { return traceparent().substr(kTraceId, kTraceIdSize); }

  /// 16; unique to the request, and not to be guessed from another.
  std::string_view request_id() const { return traceparent().substr(kParentId, kParentIdSize); }

  /// 2.
  std::string_view flags() const { return traceparent().substr(kFlags); }

 private:
  static constexpr std::size_t kTraceIdSize = 32;
  static constexpr std::size_t kParentIdSize = 16;
  static constexpr std::size_t kTraceId = 3;
  static constexpr std::size_t kParentId = kTraceId + kTraceIdSize + 1;
  static constexpr std::size_t kFlags = kParentId + kParentIdSize + 1;
  static constexpr std::size_t kSize = kFlags + 2;

  Trace() = default;
  static bool is_valid(std::string_view text);
  void put(std::size_t at, std::string_view text);
  void put_id(std::size_t at);

  std::array<char, kSize> text_;
};

}  // namespace hermes::http_gateway
