#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/json_source.h"
#include "base/strings.h"

namespace hermes::json {
namespace {

constexpr std::size_t kLongestQuote = 40;

std::string_view kind_name(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::Null:
      return "null";
    case Value::Kind::Boolean:
      return "a boolean";
    case Value::Kind::Number:
      return "a number";
    case Value::Kind::String:
      return "a string";
    case Value::Kind::Array:
      return "an array";
    case Value::Kind::Object:
      return "an object";
  }
  return "";
}

// A number as people write it where an integer is meant: 8, 8.0, 8e3.
std::optional<std::int64_t> as_integer(const std::int64_t* integer, const double* real) {
  constexpr double kExact = 9007199254740992.0;  // 2^53: up to here no integer is skipped.
  if (integer) return *integer;
  if (!real || std::trunc(*real) != *real || std::abs(*real) > kExact) return std::nullopt;
  return static_cast<std::int64_t>(*real);
}

std::string escape_pointer(std::string_view name) {
  std::string escaped;
  for (const char c : name) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace

Value::Kind Value::kind() const {
  constexpr Kind kKinds[] = {Kind::Null,   Kind::Boolean, Kind::Number, Kind::Number,
                             Kind::String, Kind::Array,   Kind::Object};
  return kKinds[value_.index()];
}

Result<bool> Value::boolean() const {
  if (const auto* value = std::get_if<bool>(&value_)) return *value;
  return wrong_kind("a boolean");
}

Result<std::string_view> Value::string() const {
  if (const auto* value = std::get_if<std::string>(&value_)) return std::string_view(*value);
  return wrong_kind("a string");
}

Result<std::int64_t> Value::integer(std::int64_t min, std::int64_t max) const {
  const auto expected = concat("an integer from ", min, " to ", max);
  if (kind() != Kind::Number) return wrong_kind(expected);
  const auto value = as_integer(std::get_if<std::int64_t>(&value_), std::get_if<double>(&value_));
  if (value && *value >= min && *value <= max) return *value;
  const auto found = text().size() <= kLongestQuote ? text() : "another number";
  return error(concat("expected ", expected, ", found ", found));
}

Result<double> Value::number() const {
  if (const auto* integer = std::get_if<std::int64_t>(&value_))
    return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value_)) return *real;
  return wrong_kind("a number");
}

Result<std::span<const Value>> Value::array() const {
  if (const auto* value = std::get_if<std::vector<Value>>(&value_)) return std::span(*value);
  return wrong_kind("an array");
}

Result<std::span<const Member>> Value::object() const {
  if (const auto* value = std::get_if<std::vector<Member>>(&value_)) return std::span(*value);
  return wrong_kind("an object");
}

const Value* Value::find(std::string_view name) const {
  const auto* members = std::get_if<std::vector<Member>>(&value_);
  if (!members) return nullptr;
  const auto found = std::ranges::find(*members, name, &Member::name);
  return found == members->end() ? nullptr : &found->value;
}

Result<const Value*> Value::require(std::string_view name) const {
  TRY(object());
  if (const auto* value = find(name)) return value;
  return error(concat("'", name, "' is missing"));
}

Result<> Value::only(std::initializer_list<std::string_view> known) const {
  for (const auto& member : TRY(object())) {
    if (std::ranges::find(known, member.name) != known.end()) continue;
    std::string names;
    for (const auto name : known) names += concat(names.empty() ? "" : ", ", name);
    const auto& value = member.value;
    return Error(Code::InvalidArgument,
                 concat(source_->place(value.name_begin_), ": ", value.pointer(),
                        ": unknown member; known here: ", names));
  }
  return {};
}

Error Value::error(std::string_view what) const {
  const auto where = pointer();
  return {Code::InvalidArgument,
          concat(source_->place(begin_), ": ", where, where.empty() ? "" : ": ", what)};
}

Error Value::wrong_kind(std::string_view expected) const {
  return error(concat("expected ", expected, ", found ", kind_name(kind())));
}

std::string_view Value::text() const {
  return std::string_view(source_->text).substr(begin_, end_ - begin_);
}

std::string Value::compact() const {
  std::string line;
  bool quoted = false;
  const auto whole = text();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const char c = whole[i];
    if (quoted && c == '\\') {
      line += c;
      line += whole[++i];
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (quoted || std::string_view(" \t\r\n").find(c) == std::string_view::npos) line += c;
  }
  return line;
}

std::string Value::pointer() const {
  if (!parent_) return {};
  return concat(parent_->pointer(), "/", escape_pointer(key_));
}

}  // namespace hermes::json
