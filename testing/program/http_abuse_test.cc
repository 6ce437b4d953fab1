// Clients that mean harm, to the built program: each is answered or dropped, and others are served.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

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

using ::testing::HasSubstr;

constexpr auto kHello = "GET /api/hello HTTP/1.1\r\nhost: hello.localhost\r\n\r\n";

class HttpAbuse : public ::testing::Test {
 protected:
  HttpAbuse() : sleep_(app_of_guest("sleep")) {
    sleep_.write("hermes.toml",
                 "[http]\nbody_bytes = 1000\nheader_timeout_ms = 200\nbody_timeout_ms = 200\n"
                 "idle_timeout_ms = 60000\n");
    hermes_ = std::make_unique<HermesProgram>(std::vector<std::string>{
        "run", sleep_.path(), example_app("hello"), "--config", sleep_.path() + "/hermes.toml"});
    hermes_->wait_for_app("hello");
  }

  HttpClient connect() { return HttpClient(hermes_->port()); }

  void expect_others_to_be_served() { EXPECT_EQ(connect().exchange(kHello).body, "hello"); }

  AppFolder sleep_;
  std::unique_ptr<HermesProgram> hermes_;
};

TEST_F(HttpAbuse, HeadersOverTheirLimits) {
  const std::string large(40'000, 'x');
  EXPECT_EQ(
      connect()
          .exchange(concat("GET / HTTP/1.1\r\nhost: hello.localhost\r\nlarge: ", large, "\r\n\r\n"))
          .status,
      431U);
  std::string many;
  for (int i = 0; i < 101; ++i) many += concat("h", i, ": v\r\n");
  EXPECT_EQ(connect()
                .exchange(concat("GET / HTTP/1.1\r\nhost: hello.localhost\r\n", many, "\r\n"))
                .status,
            431U);
  expect_others_to_be_served();
}

TEST_F(HttpAbuse, ABodyOverItsLimit) {
  const auto request = "POST /api/hello HTTP/1.1\r\nhost: hello.localhost\r\n";
  EXPECT_EQ(connect().exchange(concat(request, "content-length: 1001\r\n\r\n")).status, 413U);
  EXPECT_EQ(connect()
                .exchange(concat(request, "transfer-encoding: chunked\r\n\r\n3e9\r\n",
                                 std::string(1001, 'x'), "\r\n0\r\n\r\n"))
                .status,
            413U);
  EXPECT_EQ(
      connect().exchange(concat(request, "content-length: 99999999999999999999\r\n\r\n")).status,
      400U);
  expect_others_to_be_served();
}

TEST_F(HttpAbuse, RequestsThatAreSentByHalf) {
  for (const std::string half : {"", "GET", "GET / HTTP/1.1\r\nhost: hello",
                                 "POST /api/hello HTTP/1.1\r\nhost: hello.localhost\r\n"
                                 "content-length: 10\r\n\r\nhalf"}) {
    auto client = connect();
    client.send(half);
    if (half.empty()) continue;  // A connection that asks nothing may stay for the idle time.
    const auto answer = client.receive();
    EXPECT_TRUE(answer.status == 408 || answer.status == 0) << half << answer.status;
    expect_others_to_be_served();
  }
}

TEST_F(HttpAbuse, ClientsThatAreGoneInTheMiddle) {
  const auto request = "GET /api/20000 HTTP/1.1\r\nhost: sleep.localhost\r\n\r\n";
  for (int i = 0; i < 20; ++i) {
    auto client = connect();
    client.send(request);
    hermes_->process().line_with("asked to sleep");
    client.reset();
  }
  expect_others_to_be_served();
  hermes_->process().signal(SIGTERM);
  hermes_->process().signal(SIGTERM);
  EXPECT_EQ(hermes_->process().wait(), 0);
}

TEST_F(HttpAbuse, BytesThatAreNoRequest) {
  using namespace std::string_view_literals;
  constexpr std::string_view kBytes[] = {
      "\0\0\0\0\0\0\0\0\r\n\r\n"sv,
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n"sv,
      "GET / HTTP/9.9\r\n\r\n"sv,
      "GET  HTTP/1.1\r\nhost: a\r\n\r\n"sv,
      "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"sv,
      "GET / HTTP/1.1\r\nhost : a\r\n\r\n"sv,
  };
  for (const auto bytes : kBytes) {
    auto client = connect();
    client.send(bytes);
    const auto answer = client.receive();
    EXPECT_TRUE(answer.status >= 400 || answer.status == 0) << answer.head;
  }
  expect_others_to_be_served();
}

}  // namespace
}  // namespace hermes::testing
