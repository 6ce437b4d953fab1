#pragma once

// Tests that a component brings with it, of one interface each: a file here is a table of them.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "hermes/text.h"

struct Test {
  const char* name;
  bool (*passes)();
};

struct Tests {
  const Test* first;
  std::size_t count;
};

/// What the component tests.
extern const Tests kTests;

using Bytes = std::vector<std::uint8_t>;

/// The bytes that hexadecimal digits stand for.
Bytes of_hex(std::string_view digits);

/// `size` bytes: 00 01 02 … up to `period`, and again.
Bytes pattern(std::size_t size, std::size_t period = 256);

inline Bytes of_text(std::string_view text) {
  return {text.begin(), text.end()};
}

/// Borrowed, as a list of bytes of the bindings.
template <typename List>
List lend_as(const Bytes& bytes) {
  return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

inline hermes_string_t lend(std::string_view text) {
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data())), text.size()};
}
