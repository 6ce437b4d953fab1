#include "p2p/protobuf.h"

#include "p2p/varint.h"

namespace hermes::p2p {
namespace {

// What the lower three bits of a key say of what follows.
constexpr unsigned kNumber = 0;
constexpr unsigned kEightBytes = 1;
constexpr unsigned kBytes = 2;
constexpr unsigned kFourBytes = 5;
constexpr std::uint64_t kLargestField = (1U << 29U) - 1;

// In as few bytes as there can be, or the same block could be written in two ways.
std::optional<std::uint64_t> take_shortest(std::string_view& from) {
  const auto before = from.size();
  const auto value = take_varint(from);
  if (!value || before - from.size() != varint_size(*value)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<ProtobufField> ProtobufReader::malformed() {
  is_malformed_ = true;
  rest_ = {};
  return std::nullopt;
}

std::optional<ProtobufField> ProtobufReader::next() {
  if (rest_.empty()) return std::nullopt;
  const auto key = take_shortest(rest_);
  const auto number = key.value_or(0) >> 3U;
  if (!key || number == 0 || number > kLargestField) return malformed();
  std::size_t size = 0;
  switch (*key & 7U) {
    case kNumber: {
      const auto value = take_shortest(rest_);
      if (!value) return malformed();
      return ProtobufField{number, value, {}};
    }
    case kBytes: {
      const auto given = take_shortest(rest_);
      if (!given || *given > rest_.size()) return malformed();
      size = static_cast<std::size_t>(*given);
      break;
    }
    case kEightBytes:
      size = 8;
      break;
    case kFourBytes:
      size = 4;
      break;
    default:
      return malformed();
  }
  if (size > rest_.size()) return malformed();
  const auto bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return ProtobufField{number, std::nullopt, bytes};
}

void append_field(std::string& to, std::uint64_t number, std::uint64_t value) {
  append_varint(to, number << 3U | kNumber);
  append_varint(to, value);
}

void append_field(std::string& to, std::uint64_t number, std::string_view bytes) {
  append_bytes_key(to, number, bytes.size());
  to += bytes;
}

void append_bytes_key(std::string& to, std::uint64_t number, std::size_t size) {
  append_varint(to, number << 3U | kBytes);
  append_varint(to, size);
}

}  // namespace hermes::p2p
