#ifndef HERMES_CXX_KV_STORE_H
#define HERMES_CXX_KV_STORE_H

// For worlds that import hermes:kv-store/api.

#include <optional>
#include <string>

#include "hermes/cxx/text.h"

namespace hermes::kv {

/// A value that a host function returned.
class Value {
 public:
  Value() = default;
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  ~Value() {
    if (present_) hermes_kv_store_api_kv_values_free(&value_);
  }

  /// Calls `function(&value)`, which says whether there is one.
  template <typename Function>
  void fill(Function function) {
    present_ = function(&value_);
  }

  std::optional<std::string_view> json() const {
    if (!present_ || value_.tag != HERMES_KV_STORE_API_KV_VALUES_KV_JSON) return std::nullopt;
    return view(value_.val.kv_json);
  }

  std::optional<uint64_t> number() const {
    if (!present_ || value_.tag != HERMES_KV_STORE_API_KV_VALUES_KV_U64) return std::nullopt;
    return value_.val.kv_u64;
  }

 private:
  hermes_kv_store_api_kv_values_t value_;
  bool present_ = false;
};

inline std::optional<std::string> json(std::string_view key) {
  Value value;
  hermes_string_t name = borrow(key);
  value.fill([&](auto* into) { return hermes_kv_store_api_kv_get(&name, into); });
  const auto text = value.json();
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

inline void set_json(std::string_view key, std::string_view text) {
  hermes_string_t name = borrow(key);
  hermes_kv_store_api_kv_values_t value;
  value.tag = HERMES_KV_STORE_API_KV_VALUES_KV_JSON;
  value.val.kv_json = borrow(text);
  hermes_kv_store_api_kv_set(&name, &value);
}

inline void erase(std::string_view key) {
  hermes_string_t name = borrow(key);
  hermes_kv_store_api_kv_set(&name, nullptr);
}

/// 0 where the key holds no number.
inline uint64_t number(std::string_view key) {
  Value value;
  hermes_string_t name = borrow(key);
  value.fill([&](auto* into) { return hermes_kv_store_api_kv_get(&name, into); });
  return value.number().value_or(0);
}

/// The number before, 0 where there was none. No two calls get the same.
inline uint64_t fetch_add(std::string_view key, uint64_t operand) {
  hermes_string_t name = borrow(key);
  hermes_kv_store_api_kv_values_t added;
  added.tag = HERMES_KV_STORE_API_KV_VALUES_KV_U64;
  added.val.kv_u64 = operand;
  Value before;
  before.fill([&](auto* into) { return hermes_kv_store_api_kv_add(&name, &added, into); });
  return before.number().value_or(0);
}

}  // namespace hermes::kv

#endif
