#include "extensions/http_gateway/endpoints.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

runtime::App app_with(std::string_view http) {
  auto manifest = json::Document::parse(concat("{\"http\": ", http, "}"), "app.json");
  EXPECT_TRUE(manifest) << manifest.error().message();
  return {.id = "local:shop",
          .name = "shop",
          .modules = {{"front", "", ""}, {"back", "", ""}},
          .manifest = *std::move(manifest)};
}

// What takes the request: the id of an endpoint, or why there is none.
std::string match(const Endpoints& endpoints, const Question& question) {
  const auto match = endpoints.match(question);
  if (const auto* endpoint = std::get_if<const Endpoint*>(&match)) return (*endpoint)->id;
  if (const auto* wrong = std::get_if<WrongMethod>(&match)) return concat("not ", wrong->allowed);
  return std::holds_alternative<WrongType>(match) ? "type" : "none";
}

TEST(Endpoints, AreNoneWhereTheManifestSaysNothing) {
  const auto endpoints = Endpoints::read({.id = "local:shop"});
  ASSERT_TRUE(endpoints);
  EXPECT_TRUE(endpoints->all().empty());
  EXPECT_FALSE(endpoints->is_default());
  EXPECT_TRUE(Endpoints::read(app_with(R"({"default": true})"))->is_default());
}

TEST(Endpoints, TheMostSpecificThatTakesTheRequestWins) {
  const auto read = Endpoints::read(app_with(R"({"endpoints": [
      {"id": "rest", "module": "front", "path": "/.*", "methods": ["PATCH"]},
      {"id": "item", "module": "front", "path": "/items/[0-9]+", "methods": ["GET", "DELETE"]},
      {"id": "new", "module": "back", "path": "/items/new", "methods": ["GET"]},
      {"id": "any-item", "module": "back", "path": "/items/.*", "methods": ["GET", "PUT"]},
      {"id": "upload", "module": "back", "path": "/upload", "methods": ["POST"],
       "content_types": ["image/*", "Text/Plain"]},
      {"id": "query", "module": "back", "path": "/exact"}
  ]})"));
  ASSERT_TRUE(read) << read.error().message();
  const struct {
    Question question;
    const char* answer;
  } cases[] = {
      {{"GET", "/items/new"}, "new"},
      {{"GET", "/items/7"}, "item"},
      {{"HEAD", "/items/7"}, "item"},
      {{"PUT", "/items/7"}, "any-item"},
      {{"GET", "/items/x"}, "any-item"},
      {{"PATCH", "/items/7"}, "rest"},
      {{"POST", "/items/7"}, "not DELETE, GET, HEAD, PATCH, PUT"},
      {{"POST", "/other"}, "not PATCH"},
      {{"BREW", "/exact"}, "query"},
      {{"GET", "/items/7/x"}, "any-item"},
      {{"GET", "x/items/7"}, "none"},
      {{"POST", "/upload"}, "upload"},
      {{"POST", "/upload", true, "image/png"}, "upload"},
      {{"POST", "/upload", true, " TEXT/plain ; charset=utf-8"}, "upload"},
      {{"POST", "/upload", true, "imagery/png"}, "type"},
      {{"POST", "/upload", true, ""}, "type"},
      {{"PUT", "/upload", true, "video/ogg"}, "not PATCH, POST"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(match(*read, c.question), c.answer) << c.question.method << " " << c.question.path;
  }
}

TEST(Endpoints, RankByWhatEveryMatchBeginsWith) {
  const struct {
    const char* expression;
    std::size_t count;
  } cases[] = {
      {"", 0},           {"/items/new", 10}, {"^/items$", 6}, {"/items/[0-9]+", 7},
      {"/a/b*", 3},      {"/a/b?c", 3},      {"/a/b+c", 4},   {"/a{2}", 1},
      {"/a\\.b\\-c", 6}, {"/a\\d", 2},       {"/a|/b", 0},    {"(?i)/a", 0},
  };
  for (const auto& c : cases) EXPECT_EQ(literal_prefix(c.expression), c.count) << c.expression;
}

TEST(Endpoints, SayWhereTheManifestIsWrong) {
  const struct {
    const char* http;
    const char* error;
  } cases[] = {
      {R"({"endpoint": []})",
       "app.json:1:11: /http/endpoint: unknown member; known here: endpoints, default"},
      {R"({"auth": {}})",
       "app.json:1:19: /http/auth: authentication is not available in this version"},
      {R"({"endpoints": [{"module": "front", "path": "/", "auth": "required"}]})",
       "app.json:1:66: /http/endpoints/0/auth: authentication is not available in this version"},
      {R"({"endpoints": [{"path": "/"}]})",
       "app.json:1:25: /http/endpoints/0: 'module' is missing"},
      {R"({"endpoints": [{"module": "side", "path": "/"}]})",
       "app.json:1:36: /http/endpoints/0/module: there is no module 'side'"},
      {R"({"endpoints": [{"module": "front", "path": "/(a"}]})",
       "app.json:1:53: /http/endpoints/0/path: '/(a' is no RE2 expression: missing ): /(a"},
      {R"({"endpoints": [{"module": "front", "path": "/((a{100}){100}){100}"}]})",
       "app.json:1:53: /http/endpoints/0/path: '/((a{100}){100}){100}' is no RE2 expression: "
       "invalid repetition size: {100}"},
      {R"({"endpoints": [{"module": "front", "path": "/", "methods": ["get"]}]})",
       "app.json:1:70: /http/endpoints/0/methods/0: 'get' is no method: write it as in GET"},
      {R"({"endpoints": [{"module": "front", "path": "/", "content_types": ["text"]}]})",
       "app.json:1:76: /http/endpoints/0/content_types/0: 'text' is no content type: write it as "
       "in text/plain"},
      {R"({"endpoints": [{"id": "a", "module": "front", "path": "/"},
                         {"id": "a", "module": "back", "path": "/"}]})",
       "app.json:2:26: /http/endpoints/1: there are two endpoints 'a'"},
      {R"({"default": 1})", "app.json:1:22: /http/default: expected a boolean, found a number"},
  };
  for (const auto& c : cases) {
    const auto read = Endpoints::read(app_with(c.http));
    ASSERT_FALSE(read) << c.http;
    EXPECT_EQ(read.error().message(), c.error);
  }
}

}  // namespace
}  // namespace hermes::http_gateway
