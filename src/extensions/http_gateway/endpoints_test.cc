#include "extensions/http_gateway/endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include "base/strings.h"
#include "extensions/http_gateway/section.h"

namespace hermes::http_gateway {
namespace {

runtime::App app_with(std::string_view http) {
  auto manifest = json::Document::parse(concat("{\"http\": ", http, "}"), "app.json");
  EXPECT_TRUE(manifest) << manifest.error().message();
  runtime::App app{.id = "local:shop", .name = "shop"};
  app.modules = {{.id = "front", .component = "", .config = ""},
                 {.id = "back", .component = "", .config = ""}};
  app.manifest = *std::move(manifest);
  return app;
}

// What takes the request: the id of an endpoint, or why there is none.
std::string match(const Endpoints& endpoints, const Question& question) {
  const auto match = endpoints.match(question);
  if (const auto* endpoint = std::get_if<const Endpoint*>(&match)) return (*endpoint)->id;
  if (const auto* wrong = std::get_if<WrongMethod>(&match)) return concat("not ", wrong->allowed);
  return std::holds_alternative<WrongType>(match) ? "type" : "none";
}

TEST(Endpoints, AreNoneWhereTheManifestSaysNothing) {
  const auto section = Section::read({.id = "local:shop"});
  ASSERT_TRUE(section);
  EXPECT_TRUE(section->endpoints.all().empty());
  EXPECT_FALSE(section->is_default);
  EXPECT_TRUE(Section::read(app_with(R"({"default": true})"))->is_default);
}

TEST(Endpoints, TheMostSpecificThatTakesTheRequestWins) {
  const auto read = Section::read(app_with(R"({"endpoints": [
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
    EXPECT_EQ(match(read->endpoints, c.question), c.answer)
        << c.question.method << " " << c.question.path;
  }
}

TEST(Endpoints, AreAskedInOneOrder) {
  const auto read = Section::read(app_with(R"({"endpoints": [
      {"id": "last", "module": "front", "path": "/.*"},
      {"id": "any", "module": "front", "path": "/items.*"},
      {"id": "second-any", "module": "back", "path": "/items.*"},
      {"id": "any-of-type", "module": "front", "path": "/items.*", "content_types": ["a/b"]},
      {"id": "any-by-post", "module": "front", "path": "/items.*", "methods": ["POST"]},
      {"id": "any-post-type", "module": "front", "path": "/items.*", "methods": ["POST"],
       "content_types": ["a/b"]},
      {"id": "exact", "module": "front", "path": "/items"},
      {"id": "longest", "module": "front", "path": "/items/[a-z]+"}
  ]})"));
  ASSERT_TRUE(read) << read.error().message();
  std::vector<std::string> order;
  for (const auto& endpoint : read->endpoints.all()) order.push_back(endpoint.id);
  EXPECT_THAT(order, ::testing::ElementsAre("longest", "exact", "any-post-type", "any-by-post",
                                            "any-of-type", "any", "second-any", "last"));
}

TEST(Endpoints, OfASchemaTakeJsonOnly) {
  const auto read = Section::read(app_with(R"({"endpoints": [
      {"id": "json", "module": "front", "path": "/json", "body_schema": {"type": "object"}},
      {"id": "any", "module": "front", "path": "/any", "content_types": ["*/*"]}]})"));
  ASSERT_TRUE(read) << read.error().message();
  const struct {
    Question question;
    const char* answer;
  } cases[] = {
      {{"POST", "/json", true, "application/json; charset=utf-8"}, "json"},
      {{"POST", "/json", true, "application/problem+json"}, "json"},
      {{"POST", "/json", true, "text/json"}, "type"},
      {{"POST", "/json", true, ""}, "type"},
      {{"GET", "/json"}, "json"},
      {{"POST", "/any", true, "video/ogg"}, "any"},
  };
  for (const auto& c : cases) EXPECT_EQ(match(read->endpoints, c.question), c.answer);
}

TEST(Endpoints, RankByWhatEveryMatchBeginsWith) {
  const struct {
    const char* expression;
    std::size_t size;
    bool is_all;
  } cases[] = {
      {"", 0, true},           {"/items/new", 10, true},
      {"^/items$", 6, true},   {"/items/[0-9]+", 7, false},
      {"/a/b*", 3, false},     {"/a/b?c", 3, false},
      {"/a/b+c", 4, false},    {"/a{2}", 1, false},
      {"/a\\.b\\-c", 6, true}, {"/a\\d", 2, false},
      {"/a|/b", 0, false},     {"(?i)/a", 0, false},
      {"/a$b", 2, false},      {"/a\\", 2, false},
  };
  for (const auto& c : cases) {
    const auto literal = literal_of(c.expression);
    EXPECT_EQ(literal.size, c.size) << c.expression;
    EXPECT_EQ(literal.is_all, c.is_all) << c.expression;
  }
}

TEST(Endpoints, SayWhereTheManifestIsWrong) {
  const struct {
    const char* http;
    const char* error;
  } cases[] = {
      {R"({"endpoint": []})",
       "app.json:1:11: /http/endpoint: unknown member; known here: endpoints, default, "
       "auth, "
       "files, cors, redirects, ipfs"},
      {R"({"auth": {}})", "app.json:1:19: /http/auth: 'module' is missing"},
      {R"({"auth": {"module": "guard"}})",
       "app.json:1:30: /http/auth/module: there is no module 'guard'"},
      {R"({"auth": {"module": "front", "api": "strict"}})",
       "app.json:1:46: /http/auth/api: expected required, optional or none"},
      {R"({"auth": {"module": "front", "cache": {"seconds": 1, "headers": []}}})",
       "app.json:1:74: /http/auth/cache/headers: without a header, all clients would be one"},
      {R"({"endpoints": [{"module": "front", "path": "/", "auth": "required"}]})",
       "app.json:1:66: /http/endpoints/0/auth: there is no module to judge clients: 'auth' of "
       "'http' names it"},
      {R"({"endpoints": [{"module": "front", "path": "/", "body_schema": {"tipe": 1}}]})",
       "app.json:1:82: /http/endpoints/0/body_schema/tipe: the keyword 'tipe' is not known"},
      {R"({"files": {"headers": {"ETag": "1"}}})",
       "app.json:1:41: /http/files/headers/ETag: 'ETag' is no header that can be set here"},
      {R"({"cors": {"origins": ["https://a.example/"]}})",
       "app.json:1:32: /http/cors/origins/0: expected an origin, as in https://example.com"},
      {R"({"cors": {"origins": ["*"], "credentials": true}})",
       "app.json:1:53: /http/cors/credentials: everybody's pages may not read what a client's "
       "credentials get"},
      {R"({"redirects": ["ftp://a.example/"]})",
       "app.json:1:25: /http/redirects/0: expected a scheme, a host and what the path begins with, "
       "as in https://example.com/api/"},
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
    const auto read = Section::read(app_with(c.http));
    ASSERT_FALSE(read) << c.http;
    EXPECT_EQ(read.error().message(), c.error);
  }
}

}  // namespace
}  // namespace hermes::http_gateway
