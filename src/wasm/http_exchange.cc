#include "wasm/http_exchange.h"

#include <vector>

#include "base/strings.h"
#include "hermes_host.h"

namespace hermes::wasm {
namespace {

static_assert(sizeof(HttpExchangeHead) == sizeof(hermes_http_exchange));

const std::uint8_t* bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string_view view(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// What throws has not happened.
template <typename F>
void attempt(F&& f) noexcept {
  try {
    f();
  } catch (...) {
  }
}

}  // namespace

bool HttpRequestHead::line(bool tls, std::string_view method, std::string_view authority,
                           std::string_view target) {
  return hermes_http_request_line(&head_, tls, bytes(method), method.size(), bytes(authority),
                                  authority.size(), bytes(target), target.size());
}

void HttpRequestHead::field(const HttpField& field) {
  hermes_http_request_field(
      &head_, {bytes(field.name), field.name.size(), bytes(field.value), field.value.size()});
}

void HttpRequestHead::body(std::string_view whole) {
  hermes_http_request_body(&head_, bytes(whole), whole.size());
}

void HttpRequestHead::body(const HttpInlet& inlet) {
  hermes_http_request_inlet(&head_, inlet.handle());
}

HttpExchange& HttpExchange::of(const hermes_http_exchange* head) {
  const auto* exchange =
      static_cast<const HttpExchange*>(reinterpret_cast<const HttpExchangeHead*>(head));
  return *const_cast<HttpExchange*>(exchange);
}

HttpExchange::HttpExchange()
    : HttpExchangeHead{
          .describe =
              [](const hermes_http_exchange* head, hermes_http_request_head* to) {
                attempt([&] { of(head).on_call(HttpRequestHead(*to)); });
              },
          .respond =
              [](const hermes_http_exchange* head, std::uint16_t status,
                 const hermes_http_field* fields, std::size_t count, hermes_http_body* handle) {
                HttpBody body(handle);
                attempt([&] {
                  std::vector<HttpField> lines;
                  lines.reserve(count);
                  for (const auto& field : std::span(fields, count)) {
                    lines.emplace_back(view(field.name, field.name_len),
                                       view(field.value, field.value_len));
                  }
                  of(head).on_response(status, lines, std::move(body));
                });
              },
          .refuse =
              [](const hermes_http_exchange* head, const std::uint8_t* why, std::size_t size) {
                attempt([&] { of(head).on_refusal(view(why, size)); });
              },
          .drained =
              [](const hermes_http_exchange* head) { attempt([&] { of(head).on_drained(); }); },
      } {}

std::string handler_of(std::string_view exported) {
  const auto at = exported.find("@0.2.");
  const auto hash = exported.find('#');
  if (!exported.starts_with("wasi:") || at == exported.npos || hash == exported.npos) {
    return std::string(exported);
  }
  return concat(exported.substr(0, at), exported.substr(hash));
}

}  // namespace hermes::wasm
