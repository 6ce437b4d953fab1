// Requests that are malformed, or that two readers may understand differently, to the built
// program: each gets its status, and the connection ends where nobody can say what comes next.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string bytes;
  unsigned status;
  bool is_kept = false;  // The connection can be used again.
};

class HttpRequests : public ::testing::Test {
 protected:
  HttpRequests()
      : hermes_(std::vector<std::string>{"run", example_app("hello")}),
        get_("GET /api/hello HTTP/1.1\r\nHost: hello.localhost\r\n"),
        post_("GET /api/hello HTTP/1.1\r\nHost: hello.localhost\r\n") {
    hermes_.wait_for_app("hello");
  }

  HttpClient connect() { return HttpClient(hermes_.port()); }

  void expect(const std::vector<Case>& cases) {
    for (const auto& c : cases) {
      auto client = connect();
      const auto answer = client.exchange(c.bytes);
      EXPECT_EQ(answer.status, c.status) << c.bytes << "\n" << answer.body;
      if (!c.is_kept) {
        EXPECT_EQ(answer.header("connection"), "close") << c.bytes;
        EXPECT_TRUE(client.is_closed()) << c.bytes;
        continue;
      }
      EXPECT_EQ(client.exchange(get_ + "\r\n").body, "hello") << "after " << c.bytes;
    }
  }

  static std::string line(std::string_view request_line) {
    return concat(request_line, "\r\nHost: hello.localhost\r\n\r\n");
  }

  HermesProgram hermes_;
  const std::string get_;
  const std::string post_;
};

TEST_F(HttpRequests, TheirFirstLine) {
  expect({
      {line("GET /api/hello HTTP/1.1"), 200, true},
      {"\r\n" + line("GET /api/hello HTTP/1.1"), 200, true},
      {"\r\n\r\n" + line("GET /api/hello HTTP/1.1"), 400},
      {"\n" + line("GET /api/hello HTTP/1.1"), 400},
      {line("GET  /api/hello HTTP/1.1"), 400},
      {line(" GET /api/hello HTTP/1.1"), 400},
      {line("GET /api/hello HTTP/1.1 "), 400},
      {line("GET\t/api/hello\tHTTP/1.1"), 400},
      {line("GET /api/hello"), 400},
      {line("GET /api/hello HTTP/0.9"), 505},
      {line("GET /api/hello HTTP/1.2"), 505},
      {line("GET /api/hello HTTP/2.0"), 505},
      {line("GET /api/hello http/1.1"), 400},
      {line("GET /api/hello HTTP/1.1.1"), 400},
      {line("GET /api/hello HTTP/01.1"), 400},
      {line("GET api/hello HTTP/1.1"), 400},
      {line("GET /api/\x01hello HTTP/1.1"), 400},
      {line("GET /api/h\xc3\xa4llo HTTP/1.1"), 400},
      {line(concat("GET /api/hello", "\0"sv, " HTTP/1.1")), 400},
      {line("GET /api/hello#part HTTP/1.1"), 400},
      {line("GET * HTTP/1.1"), 400},
      {line("G@T /api/hello HTTP/1.1"), 400},
      {line("GET, /api/hello HTTP/1.1"), 400},
      {line("CONNECT hello.localhost:80 HTTP/1.1"), 501},
      {line("CONNECT /api/hello HTTP/1.1"), 501},
      {line("GET http://hello.localhost/api/hello HTTP/1.1"), 200, true},
      {line("GET http://hello.localhost:80/api/hello HTTP/1.1"), 200, true},
      {line("GET http://user@hello.localhost/api/hello HTTP/1.1"), 400},
      {line("GET http:///api/hello HTTP/1.1"), 400},
      {line("GET ftp://hello.localhost/api/hello HTTP/1.1"), 400},
      {line("GET hello.localhost:80 HTTP/1.1"), 400},
      {concat("GET /", std::string(40'000, 'x')), 414},
  });
}

TEST_F(HttpRequests, TheirHosts) {
  const std::string start = "GET /api/hello HTTP/1.1\r\n";
  expect({
      {start + "\r\n", 400},
      {start + "Host:\r\n\r\n", 421, true},
      {start + "Host: hello.localhost\r\nHost: hello.localhost\r\n\r\n", 400},
      {start + "Host: hello.localhost\r\nHost: other.localhost\r\n\r\n", 400},
      {start + "Host: hello.localhost, other.localhost\r\n\r\n", 400},
      {start + "Host: hello.localhost:80:80\r\n\r\n", 400},
      {start + "Host: hello.localhost:http\r\n\r\n", 400},
      {start + "Host: user@hello.localhost\r\n\r\n", 400},
      {start + "Host: hello.localhost/api\r\n\r\n", 400},
      {start + "Host: [::1\r\n\r\n", 400},
      {start + "Host : hello.localhost\r\n\r\n", 400},
      {start + " Host: hello.localhost\r\n\r\n", 400},
      {start + "Host: hello.localhost\r\n\r\n", 200, true},
      {start + "HOST: Hello.LOCALHOST:7878\r\n\r\n", 200, true},
      {"GET http://hello.localhost/api/hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET http://hello.localhost/api/hello HTTP/1.1\r\n\r\n", 400},
  });
}

TEST_F(HttpRequests, TheirHeaders) {
  expect({
      {get_ + "X: 1\r\n\r\n", 200, true},
      {get_ + "X:\t1\t\r\n\r\n", 200, true},
      {get_ + "X: \r\n\r\n", 200, true},
      {get_ + "X: 1\r\n 2\r\n\r\n", 400},
      {get_ + "X:\r\n\t2\r\n\r\n", 400},
      {get_ + "X: 1\nY: 2\r\n\r\n", 400},
      {get_ + "X: 1\rY: 2\r\n\r\n", 400},
      {get_ + "X : 1\r\n\r\n", 400},
      {get_ + "X\t: 1\r\n\r\n", 400},
      {get_ + ": 1\r\n\r\n", 400},
      {get_ + "X\r\n\r\n", 400},
      {get_ + "X(1): 1\r\n\r\n", 400},
      {get_ + "X\xc3\xa4: 1\r\n\r\n", 400},
      {concat(get_, "X: ", "\0"sv, "\r\n\r\n"), 400},
      {concat(get_, "X", "\0"sv, ": 1\r\n\r\n"), 400},
      {get_ + "X: \x07\r\n\r\n", 400},
      {get_ + "X: \x7f\r\n\r\n", 400},
      {get_ + "Expect: tea\r\n\r\n", 417},
      {get_ + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n", 501},
      {get_ + "Connection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n",
       200, true},
      {concat(get_, "X: ", std::string(40'000, 'x'), "\r\n\r\n"), 431},
      {concat(get_, std::string(40'000, 'x')), 431},
  });
}

TEST_F(HttpRequests, TheLengthOfTheirBodies) {
  expect({
      {post_ + "Content-Length: 2\r\n\r\nhi", 200, true},
      {post_ + "Content-Length: 0\r\n\r\n", 200, true},
      {post_ + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", 400},
      {post_ + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", 400},
      {post_ + "Content-Length: 2, 2\r\n\r\nhi", 400},
      {post_ + "Content-Length: +2\r\n\r\nhi", 400},
      {post_ + "Content-Length: -2\r\n\r\nhi", 400},
      {post_ + "Content-Length: 0x2\r\n\r\nhi", 400},
      {post_ + "Content-Length: 2 2\r\n\r\nhi", 400},
      {post_ + "Content-Length: two\r\n\r\nhi", 400},
      {post_ + "Content-Length:\r\n\r\nhi", 400},
      {post_ + "Content-Length: 99999999999999999999\r\n\r\nhi", 400},
      {post_ + "Content-Length: 9000000\r\n\r\nhi", 413},
      {post_ + "Content_Length: 2\r\n\r\n", 200, true},
      {post_ + "Content-Length : 2\r\n\r\nhi", 400},
      {post_ + "X: 1\r\n Content-Length: 2\r\n\r\nhi", 400},
  });
}

TEST_F(HttpRequests, TheChunksOfTheirBodies) {
  const auto chunked = post_ + "Transfer-Encoding: chunked\r\n";
  const auto body = chunked + "\r\n";
  expect({
      {body + "2\r\nhi\r\n0\r\n\r\n", 200, true},
      {body + "002;a=b;c=\"d\"\r\nhi\r\n0\r\n\r\n", 200, true},
      {body + "2\r\nhi\r\n0\r\nX: 1\r\nContent-Length: 7\r\n\r\n", 400},
      {body + "2\r\nhi\r\n0\r\nX-Trailer: 1\r\n\r\n", 200, true},
      {chunked + "Content-Length: 2\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 400},
      {post_ + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 400},
      {chunked + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 400},
      {chunked + "Transfer-Encoding: identity\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 400},
      {post_ + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {post_ + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501},
      {post_ + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {post_ + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 501},
      {post_ + "Transfer-Encoding:\x0b"
               "chunked\r\n\r\n0\r\n\r\n",
       400},
      {post_ + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /api/hello HTTP/1.0\r\nHost: hello.localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
       "0\r\n\r\n",
       400},
      {body + "x\r\n", 400},
      {body + "-2\r\nhi\r\n0\r\n\r\n", 400},
      {body + "0x2\r\nhi\r\n0\r\n\r\n", 400},
      {body + " 2\r\nhi\r\n0\r\n\r\n", 400},
      {body + "2 \r\nhi\r\n0\r\n\r\n", 400},
      {body + "2\r\nhi0\r\n\r\n", 400},
      {body + "2\r\nhi!\r\n0\r\n\r\n", 400},
      {body + "\r\n2\r\nhi\r\n0\r\n\r\n", 400},
      {body + "fffffffffffffffff\r\nhi", 400},
      {concat(body, "2;", std::string(40'000, 'x')), 400},
  });
}

// What a front might have taken for the body of one request is not another one here.
TEST_F(HttpRequests, NoneIsHiddenInAnother) {
  const auto hidden = get_ + "\r\n";
  for (const auto& bytes :
       {concat(post_, "Content-Length: ", hidden.size(), "\r\nTransfer-Encoding: chunked\r\n\r\n",
               "0\r\n\r\n", hidden),
        concat(post_, "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
               hidden),
        concat(post_, "Content-Length: 0\r\nContent-Length: ", hidden.size(), "\r\n\r\n",
               hidden)}) {
    auto client = connect();
    EXPECT_GE(client.exchange(bytes).status, 400U);
    EXPECT_TRUE(client.is_closed()) << "and there is no second answer";
  }
}

TEST_F(HttpRequests, OnesThatKeepToTheRules) {
  auto client = connect();
  EXPECT_EQ(
      client.exchange("HEAD /api/hello HTTP/1.1\r\nHost: hello.localhost\r\n\r\n", true).status,
      404U)
      << "hello answers to GET alone";
  EXPECT_EQ(client.exchange(post_ + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n").status,
            100U);
  EXPECT_EQ(client.exchange("hi").status, 200U);
  client.send(concat(get_, "\r\n", get_, "\r\n", get_, "\r\n"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.receive().body, "hello");
  EXPECT_NE(client.exchange("OPTIONS * HTTP/1.1\r\nHost: hello.localhost\r\n\r\n").status, 400U);
  client.send(get_ + "\r\n");
  client.end();
  EXPECT_EQ(client.receive().body, "hello") << "a client that sends nothing more is still there";
  EXPECT_TRUE(client.is_closed());
}

}  // namespace
}  // namespace hermes::testing
