#include "extensions/kv_store/value.h"

#include <bit>
#include <cstdint>
#include <type_traits>
#include <variant>

#include "base/strings.h"
#include "extensions/kv_store/cbor.h"
#include "extensions/kv_store/json.h"

namespace hermes::kv_store {

using namespace wit::kv_store::kv_values;

bool identical(const MaybeValue& a, const MaybeValue& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  const auto equals_b = [&]<typename Case>(const Case& x) {
    const auto* y = std::get_if<Case>(&*b);
    if (!y) return false;
    if constexpr (std::is_same_v<Case, KvF64>) {
      return std::bit_cast<std::uint64_t>(x.value) == std::bit_cast<std::uint64_t>(y->value);
    } else {
      return x.value == y->value;
    }
  };
  return std::visit(equals_b, *a);
}

std::size_t size(const Value& value) {
  const auto bytes = [](const auto& x) -> std::size_t {
    if constexpr (std::is_arithmetic_v<decltype(x.value)>) {
      return sizeof(x.value);
    } else {
      return x.value.size();
    }
  };
  return std::visit(bytes, value);
}

Result<> check(const MaybeValue& value, std::size_t max_bytes) {
  if (!value) return {};
  if (size(*value) > max_bytes) {
    return Error(Code::InvalidArgument,
                 concat("a value of ", size(*value), " bytes is more than ", max_bytes, " bytes"));
  }
  if (const auto* json = std::get_if<KvJson>(&*value)) return check_json(json->value);
  if (const auto* cbor = std::get_if<KvCbor>(&*value)) return check_cbor(cbor->value);
  return {};
}

Result<> check_operand(const MaybeValue& operand, std::size_t max_bytes) {
  if (operand &&
      (std::holds_alternative<KvString>(*operand) || std::holds_alternative<KvBstr>(*operand))) {
    return {};
  }
  return check(operand, max_bytes);
}

}  // namespace hermes::kv_store
