#pragma once

// CBOR as far as signed structures need it, over the decoder of libcbor. What is expected is asked
// for, item by item; anything else is an error.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hermes::cbor {

/// Reads items from a text that outlives it and what it returns.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), all_(text.size()) {}

  Result<> tag(std::uint64_t number);
  Result<> null();
  Result<std::int64_t> integer();
  Result<std::string_view> bytes();
  Result<std::string_view> text();
  /// How many elements follow; no more than `most`.
  Result<std::size_t> array(std::size_t most);
  /// How many pairs follow.
  Result<std::size_t> map(std::size_t most);

  /// Passes over an item, with all that is in it.
  Result<> skip();

  /// Whether the next item is an array.
  bool is_array() const;

  Result<> end() const;

 private:
  Error wrong(std::string_view expected) const;

  std::string_view text_;
  std::size_t all_;
};

/// Writes the shortest form of each item.
class Writer {
 public:
  Writer& tag(std::uint64_t number);
  Writer& null();
  Writer& integer(std::int64_t value);
  Writer& bytes(std::string_view value);
  Writer& text(std::string_view value);
  Writer& array(std::size_t elements);
  Writer& map(std::size_t pairs);
  /// What is encoded already.
  Writer& item(std::string_view encoded);

  const std::string& encoded() const { return encoded_; }

 private:
  std::string encoded_;
};

}  // namespace hermes::cbor
