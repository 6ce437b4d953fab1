#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "net/headers.h"
#include "vfs/tree.h"

namespace hermes::net {

/// What a handler answers. The server writes Content-Length, Date and what concerns the connection
/// itself; headers of those names are left out.
struct Response {
  unsigned status = 200;
  Headers headers = {};
  std::variant<std::string, std::unique_ptr<vfs::File>> body = {};

  /// A few words for a person: "404 Not Found: no such page".
  static Response text(unsigned status, std::string_view message);

  /// Fails for a status that is no final one, and for a header that would break the message.
  Result<> check() const;

  std::uint64_t body_size() const;
};

/// "Not Found" for 404; empty for a status that has no name.
std::string_view reason_phrase(unsigned status);

/// What the connection adds to a response.
struct Framing {
  unsigned version = 11;
  bool keep_alive = true;
  std::string_view date;
};

/// Writes status line and header of a response that passed `check`.
void append_head(std::string& out, const Response& response, const Framing& framing);

/// Whether a response of that status ends with its header.
bool has_no_body(unsigned status);

}  // namespace hermes::net
