#include "base/cbor.h"

#include <cbor.h>

#include <limits>
#include <optional>
#include <variant>

#include "base/strings.h"

namespace hermes::cbor {
namespace {

// What there is, but for lengths that are not known at first. Of those, the decoder calls nothing
// back.
struct Unsigned {
  std::uint64_t value;
};
struct Negative {
  std::uint64_t value;  // -1 - value is meant.
};
struct Bytes {
  std::string_view value;
};
struct Text {
  std::string_view value;
};
struct Array {
  std::size_t elements;
};
struct Map {
  std::size_t pairs;
};
struct Tag {
  std::uint64_t number;
};
struct Null {};
struct Other {};  // A boolean, a number with a fraction.
using Item =
    std::variant<std::monostate, Unsigned, Negative, Bytes, Text, Array, Map, Tag, Null, Other>;

template <typename Content>
constexpr auto kTake = [](void* item, auto value) { *static_cast<Item*>(item) = Content{value}; };

cbor_callbacks make_callbacks() {
  auto callbacks = cbor_empty_callbacks;
  callbacks.uint8 = kTake<Unsigned>;
  callbacks.uint16 = kTake<Unsigned>;
  callbacks.uint32 = kTake<Unsigned>;
  callbacks.uint64 = kTake<Unsigned>;
  callbacks.negint8 = kTake<Negative>;
  callbacks.negint16 = kTake<Negative>;
  callbacks.negint32 = kTake<Negative>;
  callbacks.negint64 = kTake<Negative>;
  callbacks.byte_string = [](void* item, cbor_data data, std::size_t size) {
    *static_cast<Item*>(item) = Bytes{{reinterpret_cast<const char*>(data), size}};
  };
  callbacks.string = [](void* item, cbor_data data, std::size_t size) {
    *static_cast<Item*>(item) = Text{{reinterpret_cast<const char*>(data), size}};
  };
  callbacks.array_start = kTake<Array>;
  callbacks.map_start = kTake<Map>;
  callbacks.tag = kTake<Tag>;
  callbacks.null = [](void* item) { *static_cast<Item*>(item) = Null{}; };
  callbacks.boolean = [](void* item, bool) { *static_cast<Item*>(item) = Other{}; };
  callbacks.float2 =
      callbacks.float4 = [](void* item, float) { *static_cast<Item*>(item) = Other{}; };
  callbacks.float8 = [](void* item, double) { *static_cast<Item*>(item) = Other{}; };
  return callbacks;
}

struct Decoded {
  Item item;
  std::size_t size = 0;
};

Decoded decode(std::string_view text) {
  static const auto kCallbacks = make_callbacks();
  Decoded decoded;
  const auto result = cbor_stream_decode(reinterpret_cast<cbor_data>(text.data()), text.size(),
                                         &kCallbacks, &decoded.item);
  if (result.status != CBOR_DECODER_FINISHED) return {};
  decoded.size = result.read;
  return decoded;
}

// Takes an item of that content off the text, if one is next.
template <typename Content>
std::optional<Content> take(std::string_view& text) {
  const auto decoded = decode(text);
  const auto* content = std::get_if<Content>(&decoded.item);
  if (!content) return std::nullopt;
  text.remove_prefix(decoded.size);
  return *content;
}

constexpr std::size_t kHead = 9;  // The most that an item has before its content.

std::string head_of(auto encode, auto value) {
  unsigned char head[kHead];
  const std::size_t size = encode(value, head, sizeof head);
  return {reinterpret_cast<const char*>(head), size};
}

}  // namespace

Error Reader::wrong(std::string_view expected) const {
  return {Code::Corrupt, concat("byte ", all_ - text_.size(), ": expected ", expected)};
}

Result<> Reader::tag(std::uint64_t number) {
  auto after = text_;
  const auto tag = take<Tag>(after);
  if (!tag || tag->number != number) return wrong(concat("tag ", number));
  text_ = after;
  return {};
}

Result<> Reader::null() {
  if (!take<Null>(text_)) return wrong("null");
  return {};
}

Result<std::int64_t> Reader::integer() {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  auto after = text_;
  const auto positive = take<Unsigned>(after);
  const auto negative = positive ? std::nullopt : take<Negative>(after);
  if (!positive && !negative) return wrong("an integer");
  const auto value = positive ? positive->value : negative->value;
  if (value > kMost) return wrong("an integer of 63 bits");
  text_ = after;
  const auto number = static_cast<std::int64_t>(value);
  return positive ? number : -1 - number;
}

Result<std::string_view> Reader::bytes() {
  const auto bytes = take<Bytes>(text_);
  if (!bytes) return wrong("bytes");
  return bytes->value;
}

Result<std::string_view> Reader::text() {
  const auto text = take<Text>(text_);
  if (!text) return wrong("text");
  return text->value;
}

Result<std::size_t> Reader::array(std::size_t most) {
  auto after = text_;
  const auto array = take<Array>(after);
  if (!array || array->elements > most) return wrong(concat("an array of at most ", most));
  text_ = after;
  return array->elements;
}

Result<std::size_t> Reader::map(std::size_t most) {
  auto after = text_;
  const auto map = take<Map>(after);
  if (!map || map->pairs > most) return wrong(concat("a map of at most ", most));
  text_ = after;
  return map->pairs;
}

Result<> Reader::skip() {
  for (std::uint64_t left = 1; left > 0; --left) {
    const auto decoded = decode(text_);
    std::uint64_t inside = 0;
    if (const auto* array = std::get_if<Array>(&decoded.item)) inside = array->elements;
    if (const auto* map = std::get_if<Map>(&decoded.item)) inside = map->pairs;
    const bool is_item = !std::holds_alternative<std::monostate>(decoded.item);
    if (!is_item || inside > text_.size()) return wrong("an item");
    if (std::holds_alternative<Map>(decoded.item)) inside *= 2;
    if (std::holds_alternative<Tag>(decoded.item)) inside = 1;
    left += inside;
    text_.remove_prefix(decoded.size);
  }
  return {};
}

bool Reader::is_array() const {
  return std::holds_alternative<Array>(decode(text_).item);
}

Result<> Reader::end() const {
  if (!text_.empty()) return wrong("the end");
  return {};
}

Writer& Writer::tag(std::uint64_t number) {
  return item(head_of(cbor_encode_tag, number));
}

Writer& Writer::null() {
  unsigned char head[kHead];
  const auto size = cbor_encode_null(head, sizeof head);
  return item({reinterpret_cast<const char*>(head), size});
}

Writer& Writer::integer(std::int64_t value) {
  if (value < 0) return item(head_of(cbor_encode_negint, static_cast<std::uint64_t>(-1 - value)));
  return item(head_of(cbor_encode_uint, static_cast<std::uint64_t>(value)));
}

Writer& Writer::bytes(std::string_view value) {
  return item(head_of(cbor_encode_bytestring_start, value.size())).item(value);
}

Writer& Writer::text(std::string_view value) {
  return item(head_of(cbor_encode_string_start, value.size())).item(value);
}

Writer& Writer::array(std::size_t elements) {
  return item(head_of(cbor_encode_array_start, elements));
}

Writer& Writer::map(std::size_t pairs) {
  return item(head_of(cbor_encode_map_start, pairs));
}

Writer& Writer::item(std::string_view encoded) {
  encoded_ += encoded;
  return *this;
}

}  // namespace hermes::cbor
