#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "net/headers.h"
#include "vfs/tree.h"

namespace hermes::net {

/// Bytes of a file, which has them.
struct FilePart {
  std::shared_ptr<const vfs::File> file;
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

using BodyPart = std::variant<std::string, FilePart>;

/// Bytes, a whole file, or parts one behind the other, as several ranges of a file are answered.
using ResponseBody = std::variant<std::string, std::unique_ptr<vfs::File>, std::vector<BodyPart>>;

/// What a handler answers. The server writes Content-Length, Date and what concerns the connection
/// itself; headers of those names are left out.
struct Response {
  unsigned status = 200;
  Headers headers = {};
  ResponseBody body = {};

  /// A few words for a person: "404 Not Found: no such page".
  static Response text(unsigned status, std::string_view message);

  /// Fails for a status that is no final one, and for a header that would break the message.
  Result<> check() const;

  std::uint64_t body_size() const;
};

std::uint64_t size_of(const BodyPart& part);

/// Whether the server itself writes the header of that name, so that a response's is left out.
bool is_written_by_server(std::string_view name);

/// "Not Found" for 404; empty for a status that has no name.
std::string_view reason_phrase(unsigned status);

/// What the connection adds to a response.
struct Framing {
  unsigned version = 11;
  bool keep_alive = true;
  std::string_view date;
  bool is_streamed = false;                          // The body is not in the response, and is
  std::optional<std::uint64_t> size = std::nullopt;  // that large: if unknown, it comes in chunks.
};

/// Writes status line and header of a response that passed `check`.
void append_head(std::string& out, const Response& response, const Framing& framing);

/// Whether a response of that status ends with its header.
bool has_no_body(unsigned status);

}  // namespace hermes::net
