#include "base/json.h"

#include <gtest/gtest.h>

#include <string>

namespace hermes::json {
namespace {

constexpr auto kText = R"({
  "name": "board",
  "http": {
    "endpoints": [
      {"path": "/a/b", "limit": 8},
      {"path": 7, "open": true}
    ]
  },
  "a/b~c": null,
  "é": [ 1.5, -3, 8.0, 9e3, 99999999999999999999 ]
})";

Document parse(std::string text) {
  auto document = Document::parse(std::move(text), "app.json");
  EXPECT_TRUE(document) << document.error().message();
  return *std::move(document);
}

std::string error_of(std::string text) {
  const auto document = Document::parse(std::move(text), "app.json");
  return document ? "none" : document.error().message();
}

template <typename T>
std::string message(const Result<T>& result) {
  return result.has_value() ? "none" : result.error().message();
}

TEST(Json, IsReadByKind) {
  const auto document = parse(kText);
  const auto& root = document.root();
  EXPECT_EQ(root.kind(), Value::Kind::Object);
  EXPECT_EQ(*root.find("name")->string(), "board");
  const auto endpoints = *root.find("http")->find("endpoints")->array();
  EXPECT_EQ(*endpoints[0].find("limit")->integer(0, 8), 8);
  EXPECT_EQ(*endpoints[1].find("open")->boolean(), true);
  EXPECT_EQ(root.find("a/b~c")->kind(), Value::Kind::Null);
  EXPECT_EQ(root.find("nothing"), nullptr);
  EXPECT_EQ(root.find("name")->find("x"), nullptr);
  EXPECT_EQ(*(*root.find("é")->array())[1].integer(-3, 3), -3);
  EXPECT_EQ(*(*root.find("é")->array())[2].integer(0, 10), 8);
  EXPECT_EQ(*(*root.find("é")->array())[3].integer(0, 10'000), 9'000);
  EXPECT_EQ(*(*root.find("é")->array())[1].number(), -3.0);
  EXPECT_EQ(*parse("0.25").root().number(), 0.25);
  EXPECT_EQ(message(root.find("name")->number()),
            "app.json:2:11: /name: expected a number, found a string");
}

TEST(Json, KnowsItsTextAndItsPointer) {
  const auto document = parse(kText);
  const auto& root = document.root();
  const auto& second = (*root.find("http")->find("endpoints")->array())[1];
  EXPECT_EQ(second.text(), R"({"path": 7, "open": true})");
  EXPECT_EQ(second.pointer(), "/http/endpoints/1");
  EXPECT_EQ(root.find("a/b~c")->pointer(), "/a~1b~0c");
  EXPECT_EQ(root.pointer(), "");
  EXPECT_EQ(root.text(), kText);
}

TEST(Json, CompactsToOneLine) {
  EXPECT_EQ(parse(" { \"a b\" : [ 1 ,\n 2 ] ,\t\"c\" : \"\\\" d\\\\\" } ").root().compact(),
            R"({"a b":[1,2],"c":"\" d\\"})");
}

TEST(Json, SaysWhereAValueIsWrong) {
  const auto document = parse(kText);
  const auto& root = document.root();
  const auto endpoints = *root.find("http")->find("endpoints")->array();
  EXPECT_EQ(message(endpoints[1].find("path")->string()),
            "app.json:6:16: /http/endpoints/1/path: expected a string, found a number");
  EXPECT_EQ(message(endpoints[1].find("open")->integer(1, 2)),
            "app.json:6:27: /http/endpoints/1/open: expected an integer from 1 to 2, "
            "found a boolean");
  EXPECT_EQ(message(endpoints[0].find("limit")->integer(1, 2)),
            "app.json:5:33: /http/endpoints/0/limit: expected an integer from 1 to 2, found 8");
  EXPECT_EQ(message(root.array()), "app.json:1:1: expected an array, found an object");
  EXPECT_EQ(message(root.find("name")->boolean()),
            "app.json:2:11: /name: expected a boolean, found a string");
  EXPECT_EQ(message(root.find("a/b~c")->object()),
            "app.json:9:12: /a~1b~0c: expected an object, found null");
  EXPECT_EQ(message(root.require("www")), "app.json:1:1: 'www' is missing");
  EXPECT_EQ(message(endpoints[1].only({"path", "methods"})),
            "app.json:6:19: /http/endpoints/1/open: unknown member; known here: path, methods");
  EXPECT_EQ(message(endpoints[1].only({"path", "open"})), "none");
}

TEST(Json, CountsColumnsInCharacters) {
  const auto document = parse(kText);
  const auto numbers = *document.root().find("é")->array();
  EXPECT_EQ(message(numbers[0].integer(0, 9)),
            "app.json:10:10: /é/0: expected an integer from 0 to 9, found 1.5");
  EXPECT_EQ(message(numbers[4].integer(0, 9)),
            "app.json:10:29: /é/4: expected an integer from 0 to 9, found 99999999999999999999");
}

TEST(Json, RefusesWhatIsNotJson) {
  const struct {
    std::string text;
    std::string error;
  } cases[] = {
      {"", "app.json:1:1: the document is empty"},
      {"{\n  \"a\": 1,\n}", "app.json:3:1: missing a name for object member"},
      {"{\"a\": 1} x", "app.json:1:10: the document root must not be followed by other values"},
      {"[1, 2", "app.json:1:6: missing a comma or ']' after an array element"},
      {"{\"a\": NaN}", "app.json:1:7: invalid value"},
      {"[1e999]", "app.json:1:2: number too big to be stored in double"},
      {"[\"\xFF\"]", "app.json:1:3: invalid encoding in string"},
      {"[\"\xED\xA0\x80\"]", "app.json:1:3: invalid encoding in string"},
      {"[\"\\udc00\"]", "app.json:1:2: the string has half of a surrogate pair"},
      {"{\"a\": 1,\n \"b\": {\"c\": 1, \"c\": 2}}",
       "app.json:2:16: 'c' stands twice in the object"},
      {std::string("[]\0[]", 5), "app.json:1:3: a NUL character stands outside of a string"},
      {std::string(65, '['), "app.json:1:65: nested deeper than 64 levels"},
  };
  for (const auto& c : cases) EXPECT_EQ(error_of(c.text), c.error);
}

TEST(Json, NestsUpToTheLimit) {
  parse(std::string(64, '[') + std::string(64, ']'));
}

TEST(Json, KeepsNulInStrings) {
  EXPECT_EQ(*parse("\"a\\u0000b\"").root().string(), std::string_view("a\0b", 3));
}

TEST(Json, CopiesOfADocumentShareIt) {
  auto document = parse("[1]");
  const auto copy = document;
  document = parse("2");
  EXPECT_EQ(copy.root().text(), "[1]");
}

}  // namespace
}  // namespace hermes::json
