#ifndef HERMES_CXX_TEXT_H
#define HERMES_CXX_TEXT_H

#include <string_view>

#include "hermes.h"

namespace hermes {

inline std::string_view view(const hermes_string_t& text) {
  return {reinterpret_cast<const char*>(text.ptr), text.len};
}

inline std::string_view view(const hermes_binary_api_bstr_t& bytes) {
  return {reinterpret_cast<const char*>(bytes.ptr), bytes.len};
}

/// For arguments of host functions, which only read them.
inline hermes_string_t borrow(std::string_view text) {
  return {reinterpret_cast<uint8_t*>(const_cast<char*>(text.data())), text.size()};
}

}  // namespace hermes

#endif
