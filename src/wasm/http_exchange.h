#pragma once

// Events of wasi:http/incoming-handler, the interface of a standard: components export it that know
// nothing of Hermes. No struct is generated for it, since its arguments are resources of WASI:
//
//   events.post(wasm::IncomingRequest{exchange}, …)
//
//   describe ──▶ guest: the request, when its instance is there
//   respond  ◀── guest: head and body; its call goes on, and writes the body
//
// rust/host/src/incoming.rs is the other side.

#include <any>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <variant>

#include "wasm/export_type.h"
#include "wasm/http_body.h"

struct hermes_http_exchange;
struct hermes_http_field;
struct hermes_http_request_head;

namespace hermes::wasm {

/// A line of a header.
struct HttpField {
  std::string_view name;
  std::string_view value;
};

/// Where a request is described; what it gets is copied. A request whose line is not described, or
/// is not valid, fails the call.
class HttpRequestHead {
 public:
  explicit HttpRequestHead(hermes_http_request_head& head) : head_(head) {}

  /// The authority is host and port, as a URI has them; the target is path and query. False: they
  /// are not valid.
  bool line(bool tls, std::string_view method, std::string_view authority, std::string_view target);
  void field(const HttpField& field);

  /// The whole body; or where the guest reads it from. Neither: it is empty.
  void body(std::string_view whole);
  void body(const HttpInlet& inlet);

 private:
  hermes_http_request_head& head_;
};

/// The functions of `hermes_http_exchange` in the C header. Only for http_exchange.cc and the
/// static library.
struct HttpExchangeHead {
  void (*describe)(const hermes_http_exchange*, hermes_http_request_head*);
  void (*respond)(const hermes_http_exchange*, std::uint16_t, const hermes_http_field*, std::size_t,
                  hermes_http_body*);
  void (*refuse)(const hermes_http_exchange*, const std::uint8_t*, std::size_t);
  void (*drained)(const hermes_http_exchange*);
};

/// A request and the way back to its client. The functions are called on the thread of the call, in
/// which they do not wait; an exception is as if nothing had been called.
class HttpExchange : private HttpExchangeHead {
 public:
  HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  virtual ~HttpExchange() = default;

  /// Once for each call.
  virtual void on_call(HttpRequestHead to) = 0;

  /// The guest answers: one of these, once at most. Statuses are from 100 to 999; names and values
  /// are legal. Views are valid for the call.
  virtual void on_response(unsigned status, std::span<const HttpField> fields, HttpBody body) = 0;
  virtual void on_refusal(std::string_view why) = 0;

  /// The guest reads, and the inlet is empty or has room again; or it is closed.
  virtual void on_drained() {}

  /// Bytes that the request takes in a queue.
  virtual std::size_t size() const = 0;

  /// As the static library has it.
  const HttpExchangeHead* head() const { return this; }

 private:
  static HttpExchange& of(const hermes_http_exchange* head);
};

/// The event. Its handler is that of any 0.2.x.
struct IncomingRequest {
  std::shared_ptr<HttpExchange> exchange;

  using Reply = void;
  static constexpr std::string_view kHandler = "wasi:http/incoming-handler#handle";
  static constexpr bool kDurable = false;
};

template <>
inline constexpr ExportType kExportType<IncomingRequest>{
    .handler = IncomingRequest::kHandler,
    .number =
        [] {
          static const auto kNumber = export_number(IncomingRequest::kHandler);
          return kNumber;
        },
    .size =
        [](const std::any& arguments) {
          return std::any_cast<IncomingRequest>(&arguments)->exchange->size();
        },
    .write =
        [](const std::any& arguments, Writer& to) {
          const auto& exchange = *std::any_cast<IncomingRequest>(&arguments)->exchange;
          to.put(reinterpret_cast<std::uintptr_t>(exchange.head()));
        },
    .read_reply = [](Reader&) -> std::any { return std::monostate(); },
    .encode = nullptr,
    .decode = nullptr,
};

/// The name by which events know what a component exports: a standard interface without its
/// version. "wasi:http/incoming-handler@0.2.3#handle" is "wasi:http/incoming-handler#handle".
std::string handler_of(std::string_view exported);

}  // namespace hermes::wasm
