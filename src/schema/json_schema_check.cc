#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/strings.h"
#include "schema/json_schema.h"

namespace hermes::schema {
namespace {

using json::Value;
using Kind = Value::Kind;

constexpr std::size_t kMostSteps = 2'000'000;
constexpr std::size_t kMostDepth = 256;       // Of schemas in schemas, by references too.
constexpr std::size_t kTextOfAStep = 64;      // Bytes, of what is matched or compared.
constexpr double kNearlyWhole = 1e-9;         // Of a quotient: 0.3 is a multiple of 0.1.
constexpr std::size_t kMostNamesInError = 5;  // Of what an enum allows.
constexpr std::size_t kLongestPlace = 200;

bool is_whole(double number) {
  return std::trunc(number) == number;
}

bool is_of_type(const Value& value, std::string_view type) {
  switch (value.kind()) {
    case Kind::Null:
      return type == "null";
    case Kind::Boolean:
      return type == "boolean";
    case Kind::Number:
      return type == "number" || (type == "integer" && is_whole(*value.number()));
    case Kind::String:
      return type == "string";
    case Kind::Array:
      return type == "array";
    case Kind::Object:
      return type == "object";
  }
  return false;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

// One check of one value. A check that fails leaves what it was that failed last.
class JsonSchema::Checker {
 public:
  explicit Checker(const JsonSchema& schema) : schema_(schema) {}

  bool check(const Value& schema, const Value& value, std::size_t depth = 0) {
    if (!step() || depth > kMostDepth) return fail(value, "it takes too long to check");
    if (schema.kind() == Kind::Boolean) {
      return *schema.boolean() || fail(value, "nothing is allowed here");
    }
    if (const auto* reference = schema.find("$ref")) {
      return check(*schema_.refs_.find(*reference->string())->second, value, depth + 1);
    }
    return check_any(schema, value) && check_kind(schema, value, depth) &&
           check_combined(schema, value, depth);
  }

  // With the place in the value, as a JSON pointer.
  std::string why() const { return why_; }

  Violation violation() const { return {failed_, what_}; }

 private:
  bool step(std::size_t bytes = 0) {
    steps_ += 1 + bytes / kTextOfAStep;
    return steps_ <= kMostSteps;
  }

  bool fail(const Value& value, std::string_view why) {
    if (steps_ > kMostSteps) why = "it takes too long to check";
    auto where = value.pointer();
    step(where.size() + why.size());
    failed_ = &value;
    what_ = why;
    if (where.size() > kLongestPlace) where.replace(kLongestPlace, where.npos, "…");
    why_ = concat(where.empty() ? "the whole of it" : where, ": ", why);
    return false;
  }

  // ---- What goes for values of every kind.

  bool check_any(const Value& schema, const Value& value) {
    if (const auto* type = schema.find("type"); type && !has_type(*type, value)) {
      return fail(value,
                  concat("expected ", type->kind() == Kind::String ? "a value of type " : "one of ",
                         type->compact()));
    }
    if (const auto* constant = schema.find("const"); constant && !equal(*constant, value)) {
      return fail(value, "it is not what it must be");
    }
    if (const auto* values = schema.find("enum")) {
      const auto allowed = *values->array();
      const bool found = std::ranges::any_of(allowed, [&](auto& one) { return equal(one, value); });
      if (!found) {
        return fail(value, allowed.size() <= kMostNamesInError
                               ? concat("expected one of ", values->compact())
                               : "it is none of what it may be");
      }
    }
    return true;
  }

  static bool has_type(const Value& type, const Value& value) {
    if (type.kind() == Kind::String) return is_of_type(value, *type.string());
    return std::ranges::any_of(*type.array(),
                               [&](auto& one) { return is_of_type(value, *one.string()); });
  }

  bool equal(const Value& a, const Value& b) {
    if (!step(std::min(a.text().size(), b.text().size())) || a.kind() != b.kind()) return false;
    switch (a.kind()) {
      case Kind::Null:
        return true;
      case Kind::Boolean:
        return *a.boolean() == *b.boolean();
      case Kind::Number:
        return *a.number() == *b.number();
      case Kind::String:
        return *a.string() == *b.string();
      case Kind::Array:
        return std::ranges::equal(*a.array(), *b.array(),
                                  [this](auto& x, auto& y) { return equal(x, y); });
      case Kind::Object:
        return (*a.object()).size() == (*b.object()).size() &&
               std::ranges::all_of(*a.object(), [&](const json::Member& member) {
                 const auto* other = find(b, member.name);
                 return other && equal(member.value, *other);
               });
    }
    return false;
  }

  // To look for a name goes through all names.
  const Value* find(const Value& object, std::string_view name) {
    steps_ += (*object.object()).size() / 8;
    return object.find(name);
  }

  // ---- What goes for values of one kind.

  bool check_kind(const Value& schema, const Value& value, std::size_t depth) {
    switch (value.kind()) {
      case Kind::Number:
        return check_number(schema, value);
      case Kind::String:
        return check_string(schema, value);
      case Kind::Array:
        return check_array(schema, value, depth);
      case Kind::Object:
        return check_object(schema, value, depth);
      default:
        return true;
    }
  }

  bool check_number(const Value& schema, const Value& value) {
    const auto number = *value.number();
    const auto is = [&](std::string_view keyword, auto holds) {
      const auto* limit = schema.find(keyword);
      return !limit || holds(*limit->number()) ||
             fail(value, concat("it breaks ", keyword, " ", limit->text()));
    };
    return is("minimum", [&](double limit) { return number >= limit; }) &&
           is("maximum", [&](double limit) { return number <= limit; }) &&
           is("exclusiveMinimum", [&](double limit) { return number > limit; }) &&
           is("exclusiveMaximum", [&](double limit) { return number < limit; }) &&
           is("multipleOf", [&](double unit) {
             const auto quotient = number / unit;
             return std::abs(quotient - std::round(quotient)) <=
                    kNearlyWhole * std::max(1.0, std::abs(quotient));
           });
  }

  // A keyword's limit of a count.
  bool has_count(const Value& schema, const Value& value, std::string_view least,
                 std::string_view most, std::size_t count) {
    const auto* min = schema.find(least);
    if (min && static_cast<double>(count) < *min->number()) {
      return fail(value, concat("it breaks ", least, " ", min->text()));
    }
    const auto* max = schema.find(most);
    if (max && static_cast<double>(count) > *max->number()) {
      return fail(value, concat("it breaks ", most, " ", max->text()));
    }
    return true;
  }

  bool matches(std::string_view pattern, std::string_view text) {
    return step(text.size()) && re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()),
                                                       *schema_.patterns_.find(pattern)->second);
  }

  bool check_string(const Value& schema, const Value& value) {
    const auto text = *value.string();
    if (!step(text.size())) return fail(value, "");
    if (!has_count(schema, value, "minLength", "maxLength", characters(text))) return false;
    const auto* pattern = schema.find("pattern");
    return !pattern || matches(*pattern->string(), text) ||
           fail(value, concat("it does not match ", *pattern->string()));
  }

  bool check_array(const Value& schema, const Value& value, std::size_t depth) {
    const auto items = *value.array();
    if (!has_count(schema, value, "minItems", "maxItems", items.size())) return false;
    const auto* unique = schema.find("uniqueItems");
    if (unique && *unique->boolean() && !are_unique(items)) {
      return fail(value, "two of its items are the same");
    }
    if (!check_items(schema, items, depth)) return false;
    const auto* contains = schema.find("contains");
    return !contains ||
           std::ranges::any_of(items, [&](auto& i) { return check(*contains, i, depth + 1); }) ||
           fail(value, "no item is as one has to be");
  }

  bool are_unique(std::span<const Value> items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (equal(items[i], items[j]) || steps_ > kMostSteps) return false;
      }
    }
    return true;
  }

  bool check_items(const Value& schema, std::span<const Value> items, std::size_t depth) {
    const auto* rest = schema.find("items");
    std::size_t first = 0;
    if (rest && rest->kind() == Kind::Array) {
      const auto schemas = *rest->array();
      for (; first < std::min(schemas.size(), items.size()); ++first) {
        if (!check(schemas[first], items[first], depth + 1)) return false;
      }
      rest = schema.find("additionalItems");
    }
    return !rest || std::ranges::all_of(items.subspan(first), [&](const Value& item) {
      return check(*rest, item, depth + 1);
    });
  }

  bool check_object(const Value& schema, const Value& value, std::size_t depth) {
    const auto members = *value.object();
    if (!has_count(schema, value, "minProperties", "maxProperties", members.size())) return false;
    if (const auto* required = schema.find("required")) {
      const auto names = *required->array();
      for (const auto& name : names) {
        if (!find(value, *name.string())) {
          return fail(value, concat("'", *name.string(), "' is missing"));
        }
      }
    }
    const auto* rest = schema.find("additionalProperties");
    return std::ranges::all_of(members, [&](const json::Member& member) {
      bool is_known = false;
      if (!check_member(schema, member, depth, is_known)) return false;
      if (is_known || !rest) return true;
      if (rest->kind() == Kind::Boolean && !*rest->boolean()) {
        return fail(member.value, "there must be no such member");
      }
      return check(*rest, member.value, depth + 1);
    });
  }

  bool check_member(const Value& schema, const json::Member& member, std::size_t depth,
                    bool& is_known) {
    if (const auto* properties = schema.find("properties")) {
      const auto* property = find(*properties, member.name);
      is_known = property != nullptr;
      if (property && !check(*property, member.value, depth + 1)) return false;
    }
    const auto* patterns = schema.find("patternProperties");
    if (!patterns) return true;
    const auto properties = *patterns->object();
    for (const auto& [pattern, property] : properties) {
      if (!matches(pattern, member.name)) continue;
      is_known = true;
      if (!check(property, member.value, depth + 1)) return false;
    }
    return true;
  }

  // ---- What combines schemas.

  bool check_combined(const Value& schema, const Value& value, std::size_t depth) {
    const auto holds = [&](const Value& one) { return check(one, value, depth + 1); };
    if (const auto* all = schema.find("allOf")) {
      if (!std::ranges::all_of(*all->array(), holds)) return false;
    }
    if (const auto* any = schema.find("anyOf")) {
      if (!std::ranges::any_of(*any->array(), holds)) {
        return fail(value,
                    concat("it is none of what it may be; the last of these fails at ", why_));
      }
    }
    if (const auto* one = schema.find("oneOf")) {
      const auto count = std::ranges::count_if(*one->array(), holds);
      if (count == 0) {
        return fail(value,
                    concat("it is none of what it may be; the last of these fails at ", why_));
      }
      if (count > 1) return fail(value, "it is more than one of what it may be");
    }
    if (const auto* negated = schema.find("not"); negated && holds(*negated)) {
      return fail(value, "it is what it must not be");
    }
    if (const auto* condition = schema.find("if")) {
      const auto* then = schema.find(holds(*condition) ? "then" : "else");
      if (then && !holds(*then)) return false;
    }
    return steps_ <= kMostSteps || fail(value, "");
  }

  const JsonSchema& schema_;
  std::size_t steps_ = 0;
  const Value* failed_ = nullptr;
  std::string what_;
  std::string why_;
};

std::optional<std::string> JsonSchema::check(std::string_view text) const {
  const auto document = json::Document::parse(std::string(text), "body");
  if (!document) return concat("it is no JSON: ", document.error().message());
  Checker checker(*this);
  if (checker.check(*root_, document->root())) return std::nullopt;
  return checker.why();
}

std::optional<JsonSchema::Violation> JsonSchema::check(const Value& value) const {
  Checker checker(*this);
  if (checker.check(*root_, value)) return std::nullopt;
  return checker.violation();
}

}  // namespace hermes::schema
