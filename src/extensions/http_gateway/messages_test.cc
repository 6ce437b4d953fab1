#include "extensions/http_gateway/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermes::http_gateway {
namespace {

using ::testing::ElementsAre;
using wit::http_gateway::Header;
using wit::http_gateway::HttpResponse;

using Values = std::vector<std::string>;

TEST(ToEvent, GroupsHeadersByTheirNameInLowerCase) {
  net::Request request{.method = "PUT", .target = "/a?b", .body = std::string("\0\xff", 2)};
  request.headers.add("Host", "a");
  request.headers.add("Accept", "1");
  request.headers.add("X-Two", "2");
  request.headers.add("aCCept", "3");
  const auto event = to_event(request);
  EXPECT_EQ(event.method, "PUT");
  EXPECT_EQ(event.path, "/a?b");
  EXPECT_THAT(event.body, ElementsAre(0x00, 0xff));
  EXPECT_THAT(event.headers, ElementsAre(Header("host", {"a"}), Header("accept", {"1", "3"}),
                                         Header("x-two", {"2"})));
}

TEST(ToEvent, MakesEveryValueUtf8) {
  const struct {
    const char* sent;
    const char* seen;
  } cases[] = {
      {"plain", "plain"},
      {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
      {"caf\xe9", "caf\xc3\xa9"},
      {"\xc0\xaf", "\xc3\x80\xc2\xaf"},                          // Longer than it needs to be.
      {"\xed\xa0\x80", "\xc3\xad\xc2\xa0\xc2\x80"},              // Half of a pair.
      {"\xf4\x90\x80\x80", "\xc3\xb4\xc2\x90\xc2\x80\xc2\x80"},  // Past the last character.
      {"\xe2\x82", "\xc3\xa2\xc2\x82"},                          // Cut off.
  };
  for (const auto& c : cases) {
    net::Request request{.method = "GET", .target = "/"};
    request.headers.add("x", c.sent);
    EXPECT_THAT(to_event(request).headers, ElementsAre(Header("x", {c.seen})));
  }
}

TEST(ToResponse, TakesWhatTheModuleSays) {
  const auto response = to_response(
      {.code = 201, .headers = {{"x", {"1", "2"}}, {"y", {"3"}}, {"z", {}}}, .body = {'o', 'k'}},
      {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 201U);
  ASSERT_EQ(response->headers.size(), 3U);
  EXPECT_EQ(response->headers[1].name, "x");
  EXPECT_EQ(response->headers[1].value, "2");
  EXPECT_EQ(std::get<std::string>(response->body), "ok");
}

TEST(ToResponse, RefusesWhatIsNone) {
  const Options limits{.response_bytes = 4, .header_bytes = 8, .header_count = 2};
  const struct {
    HttpResponse reply;
    const char* error;
  } cases[] = {
      {{99, {}, {}}, "the status 99 is not from 200 to 599"},
      {{101, {}, {}}, "the status 101 is not from 200 to 599"},
      {{600, {}, {}}, "the status 600 is not from 200 to 599"},
      {{200, {{"a b", {"1"}}}, {}}, "the name of a header is not a token"},
      {{200, {{"a", {"1\r\nb: 2"}}}, {}}, "the value of the header 'a' has a control character"},
      {{200, {}, {1, 2, 3, 4, 5}}, "its body is larger than the gateway passes on"},
      {{200, {{"a", {"1", "2", "3"}}}, {}}, "its headers are more than the gateway passes on"},
      {{200, {{"a", {"12345678"}}}, {}}, "its headers are larger than the gateway passes on"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(to_response(c.reply, limits).error().message(), c.error);
  }
}

}  // namespace
}  // namespace hermes::http_gateway
