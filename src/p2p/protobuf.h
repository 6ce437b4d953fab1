#pragma once

// As much of protobuf's wire format as dag-pb and UnixFS need: numbers and bytes, each behind a key
// that says which field it is.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hermes::p2p {

/// One field of a message.
struct ProtobufField {
  std::uint64_t number;
  std::optional<std::uint64_t> value;  // Of a number; else
  std::string_view bytes;              // these, inside the message.
};

/// Reads the fields of a message, one after the other.
class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view message) : rest_(message) {}

  /// Nullopt at the end, and where it is malformed.
  std::optional<ProtobufField> next();

  bool is_malformed() const { return is_malformed_; }

 private:
  std::optional<ProtobufField> malformed();

  std::string_view rest_;
  bool is_malformed_ = false;
};

void append_field(std::string& to, std::uint64_t number, std::uint64_t value);
void append_field(std::string& to, std::uint64_t number, std::string_view bytes);

/// The beginning of a field of bytes, which are to follow.
void append_bytes_key(std::string& to, std::uint64_t number, std::size_t size);

}  // namespace hermes::p2p
