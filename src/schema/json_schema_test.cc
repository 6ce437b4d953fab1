#include "schema/json_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/strings.h"

namespace hermes::schema {
namespace {

using ::testing::HasSubstr;

Result<JsonSchema> read(std::string_view schema) {
  const auto manifest =
      *json::Document::parse(concat(R"({"body_schema": )", schema, "}"), "app.json");
  return JsonSchema::read(manifest, *manifest.root().find("body_schema"));
}

std::string check(std::string_view schema, std::string_view body) {
  const auto parsed = read(schema);
  if (!parsed) return parsed.error().message();
  return parsed->check(body).value_or("");
}

// What somebody else's validator says.
bool others_accept(const std::string& schema, const std::string& body) {
  using Adapter = valijson::adapters::NlohmannJsonAdapter;
  const auto document = nlohmann::json::parse(schema);
  valijson::Schema parsed;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(Adapter(document), parsed);
  const auto value = nlohmann::json::parse(body);
  return valijson::Validator().validate(parsed, Adapter(value), nullptr);
}

TEST(JsonSchema, ChecksAsOthersDo) {
  const struct {
    const char* schema;
    const char* body;
    bool valid;
  } cases[] = {
      {R"({})", R"({"a": [1, null]})", true},
      {R"({"type": "object"})", R"({})", true},
      {R"({"type": "object"})", R"([])", false},
      {R"({"type": ["string", "null"]})", R"(null)", true},
      {R"({"type": ["string", "null"]})", R"(0)", false},
      {R"({"type": "integer"})", R"(3)", true},
      {R"({"type": "integer"})", R"(3.5)", false},
      {R"({"type": "number"})", R"(3)", true},
      {R"({"const": {"a": [1, 2]}})", R"({"a": [1, 2]})", true},
      {R"({"const": {"a": [1, 2]}})", R"({"a": [2, 1]})", false},
      {R"({"enum": ["a", 1, null]})", R"(1)", true},
      {R"({"enum": ["a", 1, null]})", R"("b")", false},
      {R"({"minimum": 1, "exclusiveMaximum": 3})", R"(1)", true},
      {R"({"minimum": 1, "exclusiveMaximum": 3})", R"(3)", false},
      {R"({"maximum": -1})", R"(-0.5)", false},
      {R"({"exclusiveMinimum": 0})", R"(0)", false},
      {R"({"multipleOf": 3})", R"(9)", true},
      {R"({"multipleOf": 3})", R"(10)", false},
      {R"({"minLength": 2, "maxLength": 3})", R"("äöü")", true},
      {R"({"minLength": 2, "maxLength": 3})", R"("ä")", false},
      {R"({"maxLength": 3})", R"("abcd")", false},
      {R"({"pattern": "^[a-z]+$"})", R"("abc")", true},
      {R"({"pattern": "^[a-z]+$"})", R"("aBc")", false},
      {R"({"pattern": "b"})", R"("abc")", true},
      {R"({"pattern": "b"})", R"(1)", true},
      {R"({"items": {"type": "integer"}})", R"([1, 2])", true},
      {R"({"items": {"type": "integer"}})", R"([1, "2"])", false},
      {R"({"items": [{"type": "integer"}], "additionalItems": false})", R"([1])", true},
      {R"({"items": [{"type": "integer"}], "additionalItems": false})", R"([1, 2])", false},
      {R"({"minItems": 1, "maxItems": 2})", R"([])", false},
      {R"({"minItems": 1, "maxItems": 2})", R"([1, 2])", true},
      {R"({"uniqueItems": true})", R"([1, 2, "1", [1]])", true},
      {R"({"uniqueItems": true})", R"([{"a": 1, "b": 2}, {"b": 2, "a": 1}])", false},
      {R"({"contains": {"const": 2}})", R"([1, 2])", true},
      {R"({"contains": {"const": 2}})", R"([1])", false},
      {R"({"required": ["a"]})", R"({"a": null})", true},
      {R"({"required": ["a"]})", R"({"b": 1})", false},
      {R"({"properties": {"a": {"type": "string"}}})", R"({"a": 1})", false},
      {R"({"properties": {"a": {}}, "additionalProperties": false})", R"({"a": 1})", true},
      {R"({"properties": {"a": {}}, "additionalProperties": false})", R"({"b": 1})", false},
      {R"({"additionalProperties": {"type": "integer"}})", R"({"b": "1"})", false},
      {R"({"patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false})",
       R"({"x-a": "1"})", true},
      {R"({"patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false})",
       R"({"x-a": 1})", false},
      {R"({"minProperties": 1})", R"({})", false},
      {R"({"maxProperties": 1})", R"({"a": 1, "b": 2})", false},
      {R"({"allOf": [{"minimum": 1}, {"maximum": 3}]})", R"(2)", true},
      {R"({"allOf": [{"minimum": 1}, {"maximum": 3}]})", R"(4)", false},
      {R"({"anyOf": [{"type": "string"}, {"minimum": 3}]})", R"(4)", true},
      {R"({"anyOf": [{"type": "string"}, {"minimum": 3}]})", R"(2)", false},
      {R"({"oneOf": [{"minimum": 1}, {"maximum": 3}]})", R"(0)", true},
      {R"({"oneOf": [{"minimum": 1}, {"maximum": 3}]})", R"(2)", false},
      {R"({"not": {"type": "string"}})", R"("a")", false},
      {R"({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 2}})", R"("a")",
       false},
      {R"({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 2}})", R"(2)",
       true},
      {R"({"definitions": {"n": {"type": "integer"}}, "items": {"$ref": "#/definitions/n"}})",
       R"([1, "a"])", false},
      {R"({"properties": {"next": {"$ref": "#"}}, "required": ["v"]})",
       R"({"v": 1, "next": {"v": 2, "next": {}}})", false},
      {R"({"properties": {"a": true, "b": false}})", R"({"a": 1})", true},
      {R"({"properties": {"a": true, "b": false}})", R"({"b": 1})", false},
  };
  for (const auto& c : cases) {
    const auto why = check(c.schema, c.body);
    EXPECT_EQ(why.empty(), c.valid) << c.schema << " " << c.body << " " << why;
    EXPECT_EQ(others_accept(c.schema, c.body), c.valid) << c.schema << " " << c.body;
  }
}

TEST(JsonSchema, TakesAWholeNumberForAnInteger) {
  EXPECT_EQ(check(R"({"type": "integer"})", "3.0"), "") << "as draft 7 has it";
}

TEST(JsonSchema, NamesThePlace) {
  const auto* schema = R"({"type": "object", "required": ["items"], "properties": {"items":
      {"type": "array", "items": {"type": "object", "properties": {"price": {"type": "number",
      "minimum": 0}, "a/b": {"enum": [1, 2]}}, "additionalProperties": false}}}})";
  const struct {
    const char* body;
    const char* why;
  } cases[] = {
      {R"([])", R"(the whole of it: expected a value of type "object")"},
      {R"({})", "the whole of it: 'items' is missing"},
      {R"({"items": [{"price": 1}, {"price": "1"}]})",
       R"(/items/1/price: expected a value of type "number")"},
      {R"({"items": [{"price": -1}]})", "/items/0/price: it breaks minimum 0"},
      {R"({"items": [{"a/b": 3}]})", "/items/0/a~1b: expected one of [1,2]"},
      {R"({"items": [{"c": 3}]})", "/items/0/c: there must be no such member"},
      {R"({"items": [)", "it is no JSON: body:1:12: "},
      {"", "it is no JSON: body:1:1: "},
      {R"({"items": [], "items": []})", "it is no JSON: body:1:15: "},
  };
  for (const auto& c : cases) EXPECT_THAT(check(schema, c.body), ::testing::StartsWith(c.why));
}

TEST(JsonSchema, RefusesWhatItCannotCheck) {
  const struct {
    const char* schema;
    const char* error;
  } cases[] = {
      {R"({"typ": "object"})", "the keyword 'typ' is not known"},
      {R"({"type": "text"})", "expected null, boolean, integer"},
      {R"({"propertyNames": {}})", "the keyword 'propertyNames' is not known"},
      {R"({"minLength": -1})", "expected an integer"},
      {R"({"multipleOf": 0})", "expected a number above 0"},
      {R"x({"pattern": "(?=a)"})x", "is no RE2 expression"},
      {R"({"patternProperties": {"(": {}}})", "is no RE2 expression"},
      {R"({"$ref": "https://example.com/schema"})", "expected a place in this schema"},
      {R"({"$ref": "#/definitions/none"})", "expected a place in this schema"},
      {R"({"allOf": []})", "expected a schema at least"},
      {R"({"items": 1})", "expected an object"},
      {R"({"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"typ": 1}}})",
       "the keyword 'typ' is not known"},
  };
  for (const auto& c : cases) EXPECT_THAT(check(c.schema, "1"), HasSubstr(c.error)) << c.schema;
}

// Neither a schema that leads back to itself nor a body that has to be compared with itself.
TEST(JsonSchema, TakesNoLongTime) {
  std::string many = "[0";
  for (int i = 1; i < 100'000; ++i) many += concat(",", i);
  const struct {
    std::string schema;
    std::string body;
  } cases[] = {
      {R"({"$ref": "#"})", "1"},
      {R"({"allOf": [{"$ref": "#"}, {"$ref": "#"}]})", "1"},
      {R"({"anyOf": [{"$ref": "#"}, {"$ref": "#"}]})", "1"},
      {R"({"uniqueItems": true})", many + "]"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(check(c.schema, c.body), HasSubstr("it takes too long to check")) << c.schema;
  }
  const std::string deep = R"({"not": {"not": {"$ref": "#"}}})";
  EXPECT_TRUE(read(deep)) << "which means nothing, but ends";
  check(deep, "1");
}

TEST(JsonSchema, FollowsAChainOfReferencesHoweverLong) {
  std::string schema = R"({"$ref": "#/$defs/0", "$defs": {)";
  for (int i = 0; i < 5'000; ++i) {
    schema += concat("\"", i, R"(": {"$ref": "#/$defs/)", i + 1, R"("}, )");
  }
  const auto chain = read(schema + R"("5000": {}}})");
  EXPECT_TRUE(chain) << chain.error().message();
}

TEST(JsonSchema, PointsIntoTheDocumentOfTheValue) {
  const auto schema = read(R"({"properties": {"days": {"type": "integer", "minimum": 1}}})");
  const auto document = json::Document::parse("{\n  \"config\": {\"days\": 0}\n}", "app.json");
  const auto wrong = schema->check(*document->root().find("config"));
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->error().message(), "app.json:2:22: /config/days: it breaks minimum 1");
}

TEST(JsonSchema, CutsLongPlaces) {
  const auto why = check(R"({"additionalProperties": {"type": "string"}})",
                         concat(R"({")", std::string(100'000, 'x'), R"(": 1})"));
  EXPECT_LT(why.size(), 300U);
}

}  // namespace
}  // namespace hermes::schema
