#include "extensions/http_gateway/cors.h"

#include <gtest/gtest.h>

namespace hermes::http_gateway {
namespace {

Cors cors(const char* text) {
  const auto document = *json::Document::parse(text, "app.json");
  return *Cors::read(document.root());
}

net::Request request(std::string_view method, std::string_view origin, bool asks = false) {
  net::Request request{.method = std::string(method), .target = "/"};
  if (!origin.empty()) request.headers.add("Origin", origin);
  if (asks) request.headers.add("Access-Control-Request-Method", "PUT");
  return request;
}

std::string header(const net::Headers& headers, std::string_view name) {
  return std::string(headers.find(name).value_or(""));
}

TEST(Cors, TellsWhoMayRead) {
  const auto some = cors(R"({"origins": ["https://a.example"], "expose": ["x-total"],
                             "credentials": true})");
  net::Headers allowed;
  some.allow("https://a.example", allowed);
  EXPECT_EQ(header(allowed, "access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(header(allowed, "access-control-allow-credentials"), "true");
  EXPECT_EQ(header(allowed, "access-control-expose-headers"), "x-total");
  EXPECT_EQ(header(allowed, "vary"), "origin");
  for (const auto* other : {"https://b.example", "http://a.example", "https://a.example:444",
                            "https://A.example", "null"}) {
    net::Headers headers;
    some.allow(other, headers);
    EXPECT_EQ(header(headers, "access-control-allow-origin"), "") << other;
    EXPECT_EQ(header(headers, "vary"), "origin");
  }
  net::Headers anybody;
  cors(R"({"origins": ["*"]})").allow("https://b.example", anybody);
  EXPECT_EQ(header(anybody, "access-control-allow-origin"), "*");
}

TEST(Cors, AnswersWhatIsAskedBeforehand) {
  const auto some = cors(R"({"origins": ["https://a.example"], "methods": ["PUT"],
                             "headers": ["content-type", "x-a"], "max_age": 600})");
  const auto answer = some.preflight(request("OPTIONS", "https://a.example", true));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 204U);
  EXPECT_EQ(header(answer->headers, "access-control-allow-methods"), "PUT");
  EXPECT_EQ(header(answer->headers, "access-control-allow-headers"), "content-type, x-a");
  EXPECT_EQ(header(answer->headers, "access-control-max-age"), "600");
  const auto refused = some.preflight(request("OPTIONS", "https://b.example", true));
  ASSERT_TRUE(refused);
  EXPECT_EQ(header(refused->headers, "access-control-allow-methods"), "");
  EXPECT_FALSE(some.preflight(request("OPTIONS", "https://a.example")));
  EXPECT_FALSE(some.preflight(request("OPTIONS", "", true)));
  EXPECT_FALSE(some.preflight(request("PUT", "https://a.example", true)));
}

}  // namespace
}  // namespace hermes::http_gateway
