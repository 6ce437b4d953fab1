#pragma once

// The JSON schema that an endpoint asks of bodies, from its manifest:
//
//   "body_schema": {"type": "object", "required": ["text"],
//                   "properties": {"text": {"type": "string", "maxLength": 500}}}
//
// It is draft 7 without `propertyNames`, `dependencies` and references out of the schema. `format`
// and what only describes is not checked. Patterns are RE2. A keyword that is not known is refused,
// rather than not checked.
//
// Schema and body both come from others, so a check has a budget of steps, and cannot be made to
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

namespace hermes::http_gateway {

class BodySchema {
 public:
  /// What is larger is not checked: as values, it takes a hundred times its size.
  static constexpr std::size_t kLargestBody = std::size_t{1} << 20;

  /// `schema` is a value of `manifest`. Errors name the place.
  static Result<BodySchema> read(const json::Document& manifest, const json::Value& schema);

  /// What is wrong with the body, and where: "/items/0/price: expected a number". nullopt if
  /// nothing is.
  std::optional<std::string> check(std::string_view body) const;

 private:
  class Reader;
  class Checker;
  using Patterns = std::map<std::string, std::shared_ptr<const re2::RE2>, std::less<>>;

  BodySchema(json::Document manifest, const json::Value& root)
      : manifest_(std::move(manifest)), root_(&root) {}

  json::Document manifest_;  // Holds the values.
  const json::Value* root_;
  Patterns patterns_;                                            // By their text.
  std::map<std::string, const json::Value*, std::less<>> refs_;  // By what stands in "$ref".
};

}  // namespace hermes::http_gateway
