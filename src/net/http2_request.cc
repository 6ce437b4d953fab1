#include "net/http2_request.h"

#include <charconv>
#include <utility>

#include "base/strings.h"
#include "net/target.h"

namespace hermes::net {
namespace {

constexpr std::size_t kFieldBytes = 32;  // What RFC 9113 counts for a field, besides its text.
constexpr std::size_t kMostOverrun = 4;  // Times the limit: what is above it is an attack.

}  // namespace

void Http2Request::refuse(unsigned status, std::string_view why) {
  if (!failure_) failure_ = {status, why};
}

bool Http2Request::count(std::string_view name, std::string_view value) {
  bytes_ += name.size() + value.size() + kFieldBytes;
  ++count_;
  return bytes_ <= kMostOverrun * (limits_.header_bytes + kFieldBytes * limits_.header_count);
}

bool Http2Request::add(std::string_view name, std::string_view value) {
  if (!count(name, value)) return false;
  if (name == ":path" && value.size() > limits_.header_bytes) {
    refuse(414, "the target is too long");
  }
  if (bytes_ > limits_.header_bytes + kFieldBytes * count_) {
    refuse(431, "the header is too large");
  }
  const bool is_pseudo = name.starts_with(':');
  if (!is_pseudo && name != "cookie" && request_.headers.size() >= limits_.header_count) {
    refuse(431, "the header has too many fields");
  }
  if (failure_) return true;
  if (name == ":method") {
    request_.method = value;
  } else if (name == ":path") {
    request_.target = value;
  } else if (name == ":authority") {
    authority_ = value;
  } else if (is_pseudo) {
    return true;
  } else if (name == "cookie") {
    cookie_.append(cookie_.empty() ? "" : "; ").append(value);
  } else {
    if (name == "host") host_ = value;
    if (name == "expect") {
      wants_continue_ = equals_ignoring_case(value, "100-continue");
      if (!wants_continue_) refuse(417, "the only expectation is '100-continue'");
    }
    if (name == "content-length") {
      std::uint64_t length = 0;
      const auto end = value.data() + value.size();
      if (std::from_chars(value.data(), end, length).ptr == end) request_.length = length;
    }
    request_.headers.add(name, value);
  }
  return true;
}

std::optional<RequestParser::Failure> Http2Request::finish(Request& request) {
  if (request_.method == "CONNECT") refuse(501, "CONNECT is not supported");
  if (host_ && authority_ && !equals_ignoring_case(*host_, *authority_)) {
    refuse(400, "the Host is not that of the request");
  }
  const auto target = parse_target(request_.method, request_.target);
  if (!target || target->authority) refuse(400, "the request target is not valid");
  const auto& named = authority_ ? authority_ : host_;
  const auto host = named ? host_of(*named) : std::nullopt;
  if (!named) refuse(400, "there is no Host header");
  if (!host) refuse(400, "the Host is not valid");
  request_.host = host.value_or("");
  if (!host_ && authority_) request_.headers.add("host", *authority_);
  if (!cookie_.empty()) request_.headers.add("cookie", cookie_);
  request_.version = 20;
  request = std::move(request_);
  return failure_;
}

}  // namespace hermes::net
