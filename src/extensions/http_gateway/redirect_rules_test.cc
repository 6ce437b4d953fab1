#include "extensions/http_gateway/redirect_rules.h"

#include <gtest/gtest.h>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

std::string show(std::string_view text) {
  const auto url = Url::parse(text);
  if (!url) return "none";
  return concat(url->to.tls ? "tls " : "", url->to.host.name, " ", url->to.port, " ", url->target);
}

TEST(Url, IsReadInItsParts) {
  const struct {
    const char* text;
    const char* parts;
  } cases[] = {
      {"http://example.com", "example.com 80 /"},
      {"HTTPS://Example.com/a/b?c=d#e", "tls example.com 443 /a/b?c=d"},
      {"http://example.com:8080?q", "example.com 8080 /?q"},
      {"http://[2606:2800::1]:81/", "2606:2800::1 81 /"},
      {"http://192.0.2.1/", "192.0.2.1 80 /"},
      {"http://example.com/a%20b", "example.com 80 /a%20b"},
      {"http://example.com/?a=../b", "example.com 80 /?a=../b"},
      {"ftp://example.com/", "none"},
      {"//example.com/", "none"},
      {"example.com", "none"},
      {"http://", "none"},
      {"http:///a", "none"},
      {"http://user@example.com/", "none"},
      {"http://example.com:0/", "none"},
      {"http://example.com:65536/", "none"},
      {"http://example.com:/", "none"},
      {"http://exa mple.com/", "none"},
      {"http://example.com/a b", "none"},
      {"http://example.com/a\r\nhost: b", "none"},
      {"http://2130706433/", "none"},
      {"http://[::ffff:127.0.0.1]/", "none"},
      {"http://example.com/a/../b", "none"},
      {"http://example.com/a/%2e%2E/b", "none"},
      {"http://example.com/a/..", "none"},
      {"http://example.com/./a", "none"},
      {"http://example.com/a/..;x/b", "none"},
      {"http://example.com/a/..\\b", "none"},
      {"http://example.com/%2e%2e%2fb", "none"},
      {"http://example.com/%zz", "none"},
  };
  for (const auto& c : cases) EXPECT_EQ(show(c.text), c.parts) << c.text;
}

TEST(RedirectRules, AllowASchemeAHostAndAPath) {
  const auto document = *json::Document::parse(
      R"(["https://api.example.com/v1/", "http://127.0.0.1:9000", "https://b.example/one"])",
      "app.json");
  const auto rules = RedirectRules::read(document.root());
  ASSERT_TRUE(rules) << rules.error().message();
  const struct {
    const char* url;
    bool allowed;
  } cases[] = {
      {"https://api.example.com/v1/a?b", true},     {"https://API.example.com:443/v1/", true},
      {"https://api.example.com/v1", false},        {"https://api.example.com/v2/", false},
      {"https://api.example.com/V1/a", false},      {"http://api.example.com/v1/a", false},
      {"https://api.example.com:8443/v1/a", false}, {"https://www.example.com/v1/a", false},
      {"http://127.0.0.1:9000/anything", true},     {"http://127.0.0.1/anything", false},
      {"http://localhost:9000/anything", false},    {"https://b.example/one", true},
      {"https://b.example/one/two", true},          {"https://b.example/one?two", true},
      {"https://b.example/onetwo", false},
  };
  for (const auto& c : cases) {
    const auto url = Url::parse(c.url);
    ASSERT_TRUE(url) << c.url;
    EXPECT_EQ(rules->allows(*url), c.allowed) << c.url;
  }
  EXPECT_FALSE(RedirectRules().allows(*Url::parse("http://example.com/")));
}

}  // namespace
}  // namespace hermes::http_gateway
