#include "p2p/unixfs.h"

#include "base/strings.h"
#include "p2p/protobuf.h"
#include "p2p/varint.h"

namespace hermes::p2p {
namespace {

constexpr std::uint64_t kType = 1;
constexpr std::uint64_t kData = 2;
constexpr std::uint64_t kFileSize = 3;
constexpr std::uint64_t kBlockSizes = 4;
constexpr std::uint64_t kHashType = 5;
constexpr std::uint64_t kFanout = 6;
constexpr std::uint64_t kLastType = 5;

Error corrupt(std::string_view why) {
  return {Code::Corrupt, concat("the block is not UnixFS: ", why)};
}

// Some write a list of numbers in one piece.
bool take_sizes(std::string_view packed, std::vector<std::uint64_t>& sizes) {
  while (!packed.empty()) {
    const auto size = take_varint(packed);
    if (!size) return false;
    sizes.push_back(*size);
  }
  return true;
}

}  // namespace

Result<UnixFs> UnixFs::decode(std::string_view text) {
  ProtobufReader reader(text);
  std::optional<std::uint64_t> type;
  UnixFs read{Type::Raw};
  while (const auto field = reader.next()) {
    const auto& value = field->value;
    const bool is_number = field->number == kType || field->number == kFileSize ||
                           field->number == kHashType || field->number == kFanout;
    if (is_number && !value) return corrupt("a field is no number");
    if (field->number == kType) type = value;
    if (field->number == kFileSize) read.file_size = value;
    if (field->number == kHashType) read.hash_type = value;
    if (field->number == kFanout) read.fanout = value;
    if (field->number == kData) {
      if (value) return corrupt("its data is a number");
      read.data = field->bytes;
    }
    if (field->number == kBlockSizes) {
      if (value) {
        read.block_sizes.push_back(*value);
      } else if (!take_sizes(field->bytes, read.block_sizes)) {
        return corrupt("its sizes are malformed");
      }
    }
  }
  if (reader.is_malformed()) return corrupt("it is malformed");
  if (!type || *type > kLastType) return corrupt("it has no type that is known");
  read.type = static_cast<Type>(*type);
  return read;
}

std::string UnixFs::encode() const {
  std::string text;
  append_field(text, kType, static_cast<std::uint64_t>(type));
  if (data) append_field(text, kData, *data);
  if (file_size) append_field(text, kFileSize, *file_size);
  for (const auto size : block_sizes) append_field(text, kBlockSizes, size);
  if (hash_type) append_field(text, kHashType, *hash_type);
  if (fanout) append_field(text, kFanout, *fanout);
  return text;
}

AroundData around_data(std::uint64_t size) {
  AroundData around;
  append_field(around.before, kType, static_cast<std::uint64_t>(UnixFs::Type::File));
  if (size > 0) append_bytes_key(around.before, kData, size);
  append_field(around.behind, kFileSize, size);
  return around;
}

}  // namespace hermes::p2p
