#include "schema/json_schema.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "base/percent.h"
#include "base/strings.h"

namespace hermes::schema {
namespace {

using json::Value;
using Kind = Value::Kind;

constexpr std::size_t kMostPatterns = 100;
constexpr std::size_t kLongestPattern = 1'024;
constexpr std::int64_t kPatternMemory = std::int64_t{256} << 10;

// What a keyword's value has to be.
enum class Form : std::uint8_t {
  Anything,
  Boolean,
  Count,
  Number,
  Positive,
  Pattern,
  Types,
  Strings,
  Values,
  Schema,
  Schemas,
  SchemaOrSchemas,
  SchemasByName,
  SchemasByPattern,
  Reference,
};

struct Keyword {
  std::string_view name;
  Form form;
};

constexpr Keyword kKeywords[] = {
    {"$comment", Form::Anything},
    {"$defs", Form::SchemasByName},
    {"$id", Form::Anything},
    {"$ref", Form::Reference},
    {"$schema", Form::Anything},
    {"additionalItems", Form::Schema},
    {"additionalProperties", Form::Schema},
    {"allOf", Form::Schemas},
    {"anyOf", Form::Schemas},
    {"const", Form::Anything},
    {"contains", Form::Schema},
    {"default", Form::Anything},
    {"definitions", Form::SchemasByName},
    {"description", Form::Anything},
    {"else", Form::Schema},
    {"enum", Form::Values},
    {"examples", Form::Anything},
    {"exclusiveMaximum", Form::Number},
    {"exclusiveMinimum", Form::Number},
    {"format", Form::Anything},
    {"if", Form::Schema},
    {"items", Form::SchemaOrSchemas},
    {"maxItems", Form::Count},
    {"maxLength", Form::Count},
    {"maxProperties", Form::Count},
    {"maximum", Form::Number},
    {"minItems", Form::Count},
    {"minLength", Form::Count},
    {"minProperties", Form::Count},
    {"minimum", Form::Number},
    {"multipleOf", Form::Positive},
    {"not", Form::Schema},
    {"oneOf", Form::Schemas},
    {"pattern", Form::Pattern},
    {"patternProperties", Form::SchemasByPattern},
    {"properties", Form::SchemasByName},
    {"required", Form::Strings},
    {"then", Form::Schema},
    {"title", Form::Anything},
    {"type", Form::Types},
    {"uniqueItems", Form::Boolean},
};

constexpr std::array<std::string_view, 7> kTypes{"null",   "boolean", "integer", "number",
                                                 "string", "array",   "object"};

Result<> check_type(const Value& value) {
  if (std::ranges::find(kTypes, TRY(value.string())) != kTypes.end()) return {};
  return value.error("expected null, boolean, integer, number, string, array or object");
}

Result<> check_types(const Value& value) {
  if (value.kind() == Kind::String) return check_type(value);
  if (TRY(value.array()).size() > kTypes.size()) return value.error("more types than there are");
  for (const auto& type : TRY(value.array())) TRY(check_type(type));
  return {};
}

Result<> check_strings(const Value& value) {
  for (const auto& item : TRY(value.array())) TRY(item.string());
  return {};
}

// The value that a JSON pointer of RFC 6901 names below `root`; null if there is none.
const Value* at_pointer(const Value& root, std::string_view pointer) {
  const auto* value = &root;
  if (pointer.empty()) return value;
  auto segments = split(pointer, '/');
  if (!segments.front().empty()) return nullptr;
  segments.erase(segments.begin());
  for (const auto segment : segments) {
    std::string name;
    for (std::size_t i = 0; i < segment.size(); ++i) {
      const auto code = segment.substr(i, 2);
      if (code == "~0" || code == "~1") {
        name += code == "~0" ? '~' : '/';
        ++i;
      } else {
        name += segment[i];
      }
    }
    if (value->kind() == Kind::Array) {
      const auto items = *value->array();
      const bool is_index = !name.empty() && name.size() < 6 &&
                            std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
      if (!is_index || std::stoul(name) >= items.size()) return nullptr;
      value = &items[std::stoul(name)];
    } else {
      value = value->find(name);
    }
    if (!value) return nullptr;
  }
  return value;
}

}  // namespace

// Goes through the schema once, so that the checker can take it for what it should be. How deep it
// goes, the depth of a JSON document limits: what references lead to waits until then.
class JsonSchema::Reader {
 public:
  explicit Reader(JsonSchema& schema) : schema_(schema) {}

  Result<> read_all(const Value& schema) {
    TRY(read(schema));
    while (!referred_.empty()) {
      const auto* next = referred_.back();
      referred_.pop_back();
      TRY(read(*next));
    }
    return {};
  }

 private:
  Result<> read(const Value& value) {
    if (value.kind() == Kind::Boolean) return {};
    for (const auto& [name, member] : TRY(value.object())) {
      const auto* known = std::ranges::find(kKeywords, name, &Keyword::name);
      if (known == std::end(kKeywords)) {
        return member.error(concat("the keyword '", name, "' is not known"));
      }
      TRY(read(known->form, member));
    }
    return {};
  }

  Result<> read(Form form, const Value& value) {
    switch (form) {
      case Form::Anything:
        return {};
      case Form::Boolean:
        TRY(value.boolean());
        return {};
      case Form::Count:
        TRY(value.integer(0, std::numeric_limits<std::int32_t>::max()));
        return {};
      case Form::Number:
        TRY(value.number());
        return {};
      case Form::Positive:
        if (TRY(value.number()) > 0) return {};
        return value.error("expected a number above 0");
      case Form::Pattern:
        return read_pattern(value, TRY(value.string()));
      case Form::Types:
        return check_types(value);
      case Form::Strings:
        return check_strings(value);
      case Form::Values:
        TRY(value.array());
        return {};
      case Form::Schema:
        return read(value);
      case Form::Schemas:
        if (TRY(value.array()).empty()) return value.error("expected a schema at least");
        return read_each(value);
      case Form::SchemaOrSchemas:
        return value.kind() == Kind::Array ? read_each(value) : read(value);
      case Form::SchemasByName:
        return read_members(value, false);
      case Form::SchemasByPattern:
        return read_members(value, true);
      case Form::Reference:
        return read_reference(value);
    }
    return {};
  }

  Result<> read_each(const Value& value) {
    for (const auto& item : TRY(value.array())) TRY(read(item));
    return {};
  }

  Result<> read_members(const Value& value, bool are_patterns) {
    for (const auto& [name, member] : TRY(value.object())) {
      if (are_patterns) TRY(read_pattern(member, name));
      TRY(read(member));
    }
    return {};
  }

  Result<> read_pattern(const Value& place, std::string_view text) {
    if (schema_.patterns_.contains(text)) return {};
    if (text.size() > kLongestPattern || schema_.patterns_.size() == kMostPatterns) {
      return place.error(concat("more than ", kMostPatterns, " patterns, or one of more than ",
                                kLongestPattern, " bytes"));
    }
    re2::RE2::Options options;
    options.set_max_mem(kPatternMemory);
    options.set_log_errors(false);
    auto pattern =
        std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
    if (!pattern->ok()) {
      return place.error(concat("'", text, "' is no RE2 expression: ", pattern->error()));
    }
    schema_.patterns_.emplace(text, std::move(pattern));
    return {};
  }

  // What it names is read where it stands, unless it stands where no schema is.
  Result<> read_reference(const Value& value) {
    const auto text = TRY(value.string());
    if (schema_.refs_.contains(text)) return {};
    const auto pointer = text.starts_with('#') ? percent_decode(text.substr(1)) : std::nullopt;
    const auto* target = pointer ? at_pointer(*schema_.root_, *pointer) : nullptr;
    if (!target) return value.error("expected a place in this schema, as in #/definitions/name");
    schema_.refs_.emplace(text, target);
    referred_.push_back(target);
    return {};
  }

  JsonSchema& schema_;
  std::vector<const Value*> referred_;  // That are not read yet.
};

Result<JsonSchema> JsonSchema::read(const json::Document& document, const Value& schema) {
  JsonSchema result(document, schema);
  TRY(Reader(result).read_all(schema));
  return result;
}

}  // namespace hermes::schema
