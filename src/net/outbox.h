#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "vfs/tree.h"

namespace hermes::net {

/// Bytes that wait to be sent: text, then one body that is too large to be copied behind it.
class Outbox {
 public:
  enum class Sent : std::uint8_t { All, Blocked, Failed };

  /// To be appended to while `has_room`.
  std::string& text() { return text_; }
  bool has_room() const { return !has_body() && text_.size() < kFull; }

  /// Puts a body behind the text.
  void add(std::string body);
  void add(std::unique_ptr<vfs::File> body);

  /// Sends what the socket takes at once, and no more than is fair to other connections: Blocked
  /// then too. Failed also where a file is shorter than it was.
  Sent send_to(int socket);

 private:
  static constexpr std::size_t kFull = std::size_t{64} << 10;

  bool has_body() const { return !body_.empty() || file_; }
  Sent send_bytes(int socket);
  Sent send_file(int socket);
  Sent send_descriptor(int socket);
  void clear();

  std::string text_;
  std::string body_;
  std::unique_ptr<vfs::File> file_;
  std::size_t sent_ = 0;         // Of text and body together.
  std::uint64_t file_sent_ = 0;  // Of the file; what is in the text counts.
};

}  // namespace hermes::net
