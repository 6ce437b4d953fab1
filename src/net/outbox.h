#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/response.h"
#include "net/transport.h"

namespace hermes::net {

/// Bytes that wait to be sent: text, then parts that are too large to be copied behind it.
class Outbox {
 public:
  enum class Sent : std::uint8_t { All, Blocked, Failed };

  /// To be appended to while `has_room`.
  std::string& text() { return text_; }
  bool has_room() const { return parts_.empty() && text_.size() < kFull; }
  bool empty() const { return parts_.empty() && text_.empty(); }

  /// Puts bytes behind what is there, whether there is room or not.
  void add(std::string bytes);
  void add(ResponseBody body);

  /// Sends what the socket takes at once, and no more than is fair to other connections: Blocked
  /// then too. Failed also where a file is shorter than it was.
  Sent send_to(Transport& transport);

 private:
  static constexpr std::size_t kFull = std::size_t{64} << 10;

  void add(FilePart part);
  Sent send_bytes(Transport& transport);
  Sent send_file(Transport& transport, const FilePart& part);
  Sent send_descriptor(Transport& transport, const FilePart& part);
  void clear();

  std::string text_;
  std::vector<BodyPart> parts_;
  std::size_t part_ = 0;         // The first of which is left something.
  std::size_t sent_ = 0;         // Of the text, or where that is sent, of that part's bytes.
  std::uint64_t file_read_ = 0;  // Of that part, if it is one of a file.
};

}  // namespace hermes::net
