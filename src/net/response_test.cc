#include "net/response.h"

#include <gtest/gtest.h>

namespace hermes::net {
namespace {

std::string head_of(const Response& response, const Framing& framing) {
  std::string out;
  append_head(out, response, framing);
  return out;
}

TEST(Response, HasTheHeadersOfItsHandlerAndThoseOfTheServer) {
  Response response{.body = "hello"};
  response.headers.add("X-One", "1");
  response.headers.add("Content-Length", "99");
  response.headers.add("Connection", "upgrade");
  response.headers.add("Transfer-Encoding", "chunked");
  EXPECT_EQ(head_of(response, {.date = "today"}),
            "HTTP/1.1 200 OK\r\nX-One: 1\r\ndate: today\r\ncontent-length: 5\r\n\r\n");
  EXPECT_EQ(head_of({.status = 299}, {.version = 10, .date = "today"}),
            "HTTP/1.1 299 \r\ndate: today\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n");
  EXPECT_EQ(head_of({.status = 204}, {.keep_alive = false, .date = "today"}),
            "HTTP/1.1 204 No Content\r\ndate: today\r\nconnection: close\r\n\r\n");
}

TEST(Response, IsRefusedWhereItWouldBreakTheMessage) {
  const auto error_of = [](std::string_view name, std::string_view value) {
    Response response;
    response.headers.add(name, value);
    const auto checked = response.check();
    return checked ? "" : checked.error().message();
  };
  EXPECT_EQ(error_of("x", "caf\xc3\xa9\t1"), "");
  EXPECT_EQ(error_of("x", "1\r\nSet-Cookie: a=b"),
            "the value of the header 'x' has a control character");
  EXPECT_EQ(error_of("x", std::string(1, '\0')),
            "the value of the header 'x' has a control character");
  for (const std::string_view name : {"", "a b", "a:", "a\r\n", "\xc3\xa4"}) {
    EXPECT_EQ(error_of(name, "1"), "the name of a header is not a token");
  }
  for (const unsigned status : {0U, 100U, 199U, 600U, 999U}) {
    EXPECT_FALSE(Response{.status = status}.check()) << status;
  }
}

}  // namespace
}  // namespace hermes::net
