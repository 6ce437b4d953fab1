#pragma once

// A JSON schema as manifests have them, for the bodies of an endpoint or the configuration of a
// module:
//
//   {"type": "object", "required": ["text"],
//    "properties": {"text": {"type": "string", "maxLength": 500}}}
//
// It is draft 7 without `propertyNames`, `dependencies` and references out of the schema. `format`
// and what only describes is not checked. Patterns are RE2. A keyword that is not known is refused,
// rather than not checked.
//
// Schema and values both come from others, so a check has a budget of steps, and cannot be made to
// take long by either.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace re2 {
class RE2;
}

namespace hermes::schema {

class JsonSchema {
 public:
  /// What is larger is not for `check`: as values, it takes a hundred times its size.
  static constexpr std::size_t kLargestText = std::size_t{1} << 20;

  /// `schema` is a value of `document`. Errors name the place.
  static Result<JsonSchema> read(const json::Document& document, const json::Value& schema);

  /// What is wrong with a text of JSON, and where: "/items/0/price: expected a number". nullopt if
  /// nothing is.
  std::optional<std::string> check(std::string_view text) const;

  struct Violation {
    const json::Value* place;
    std::string what;  // "expected a number"

    Error error() const { return place->error(what); }
  };

  /// What is wrong in the value; nullopt if nothing is.
  std::optional<Violation> check(const json::Value& value) const;

  /// The schema itself.
  const json::Value& root() const { return *root_; }

 private:
  class Reader;
  class Checker;
  using Patterns = std::map<std::string, std::shared_ptr<const re2::RE2>, std::less<>>;

  JsonSchema(json::Document document, const json::Value& root)
      : document_(std::move(document)), root_(&root) {}

  json::Document document_;  // Holds the values.
  const json::Value* root_;
  Patterns patterns_;                                            // By their text.
  std::map<std::string, const json::Value*, std::less<>> refs_;  // By what stands in "$ref".
};

}  // namespace hermes::schema
