#include "extensions/http_gateway/messages.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/strings.h"
#include "base/utf8.h"

namespace hermes::http_gateway {
namespace {

using wit::http_gateway::Headers;

// Latin-1 is what a header is in by tradition, and every byte of it is a character.
std::string as_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string result;
  for (const auto c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x80) {
      result += c;
    } else {
      result += static_cast<char>(0xc0 | (code >> 6));
      result += static_cast<char>(0x80 | (code & 0x3f));
    }
  }
  return result;
}

// Of digits alone, as the library has checked.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

Error too_much(std::string_view what) {
  return {Code::LimitReached, concat("its ", what, " than the gateway passes on")};
}

}  // namespace

Headers to_headers(const net::Headers& headers) {
  Headers groups;
  groups.reserve(headers.size());
  for (const auto header : headers) {
    auto name = lower_case(header.name);
    const auto of_name = [&](const auto& group) { return std::get<0>(group) == name; };
    auto found = std::ranges::find_if(groups, of_name);
    if (found == groups.end()) {
      groups.emplace_back(std::move(name), std::vector<std::string>());
      found = groups.end() - 1;
    }
    std::get<1>(*found).push_back(as_utf8(header.value));
  }
  return groups;
}

wit::http_gateway::ReplyEvent to_event(const net::Request& request) {
  return {.body = {request.body.begin(), request.body.end()},
          .headers = to_headers(request.headers),
          .path = request.target,
          .method = request.method};
}

Result<Head> to_head(unsigned status, std::span<const wasm::HttpField> fields,
                     const Options& limits) {
  Head head{.response = {.status = status}};
  auto& headers = head.response.headers;
  for (const auto& [name, value] : fields) {
    if (name == "content-length") head.length = number(value);
    headers.add(name, value);
    if (headers.size() > limits.header_count) return too_much("headers are more");
    if (headers.bytes() > limits.header_bytes) return too_much("headers are larger");
  }
  TRY(head.response.check());
  return head;
}

Result<net::Response> to_response(wit::http_gateway::HttpResponse reply, const Options& limits) {
  if (reply.body.size() > limits.response_bytes) return too_much("body is larger");
  net::Response response{.status = reply.code};
  for (const auto& [name, values] : reply.headers) {
    for (const auto& value : values) {
      response.headers.add(name, value);
      if (response.headers.size() > limits.header_count) return too_much("headers are more");
      if (response.headers.bytes() > limits.header_bytes) return too_much("headers are larger");
    }
  }
  TRY(response.check());
  response.body = std::string(reply.body.begin(), reply.body.end());
  return response;
}

}  // namespace hermes::http_gateway
