#include "wasm/http_body.h"

#include "hermes_host.h"
#include "wasm/waker_handle.h"

namespace hermes::wasm {

HttpInlet::HttpInlet() : handle_(hermes_http_inlet_new()) {}

HttpInlet::~HttpInlet() {
  hermes_http_inlet_free(handle_);
}

bool HttpInlet::push(std::string_view bytes, std::size_t most) {
  return hermes_http_inlet_push(handle_, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                bytes.size(), most);
}

void HttpInlet::end() {
  hermes_http_inlet_end(handle_);
}

void HttpInlet::cut(Cut why) {
  const auto reason = [&] {
    switch (why) {
      case Cut::TooLate:
        return HERMES_HTTP_TOO_LATE;
      case Cut::TooLarge:
        return HERMES_HTTP_TOO_LARGE;
      case Cut::ClientGone:
        break;
    }
    return HERMES_HTTP_CLIENT_GONE;
  };
  hermes_http_inlet_cut(handle_, reason());
}

void HttpInlet::fail(std::uint8_t kind) {
  hermes_http_inlet_fail(handle_, kind);
}

bool HttpInlet::is_closed() const {
  return hermes_http_inlet_is_closed(handle_);
}

void HttpBody::Free::operator()(hermes_http_body* handle) const {
  hermes_http_body_free(handle);
}

HttpBody::State HttpBody::poll(const Waker& waker, std::string_view& piece) {
  hermes_http_piece out;
  switch (hermes_http_body_poll(handle_.get(), handle_of(waker), &out)) {
    case HERMES_HTTP_NOTHING_YET:
      return State::NothingYet;
    case HERMES_HTTP_DATA:
      piece = {reinterpret_cast<const char*>(out.data), out.len};
      return State::Data;
    case HERMES_HTTP_END:
      return State::End;
    case HERMES_HTTP_CUT:
      break;
  }
  return State::Cut;
}

HttpBody::State HttpBody::take(const Waker& waker, std::string& bytes, std::size_t most) {
  std::string_view piece;
  while (bytes.size() < most) {
    const auto state = poll(waker, piece);
    if (state != State::Data) return state;
    bytes += piece;
  }
  return State::Data;
}

}  // namespace hermes::wasm
