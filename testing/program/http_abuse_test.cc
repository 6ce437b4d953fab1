// Clients that mean harm, to the built program: each is answered or dropped, and others are served.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

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
  auto idle = connect();  // One that asks nothing may stay for the idle time.
  for (const std::string half : {"GET", "GET / HTTP/1.1\r\nhost: hello",
                                 "POST /api/hello HTTP/1.1\r\nhost: hello.localhost\r\n"
                                 "content-length: 10\r\n\r\nhalf"}) {
    auto client = connect();
    client.send(half);
    EXPECT_EQ(client.receive().status, 408U) << half;
    EXPECT_TRUE(client.is_closed()) << half;
    expect_others_to_be_served();
  }
  EXPECT_EQ(idle.exchange(kHello).body, "hello");
}

TEST_F(HttpAbuse, ClientsThatAreGoneInTheMiddle) {
  constexpr int kClients = 20;
  for (int i = 0; i < kClients; ++i) {
    auto client = connect();
    client.send(concat("GET /api/", 20'000 + i, " HTTP/1.1\r\nhost: sleep.localhost\r\n\r\n"));
    hermes_->process().line_with(concat("asked to sleep ", 20'000 + i, " ms"));
    client.reset();
  }
  // Each call ends with its client.
  const auto all = concat("\"cancelled\":", kClients);
  while (hermes_->ctl({"status", "-o", "json"}).output.find(all) == std::string::npos) continue;
  expect_others_to_be_served();
  hermes_->process().signal(SIGTERM);
  hermes_->process().signal(SIGTERM);
  EXPECT_EQ(hermes_->process().wait(), 0);
}

TEST_F(HttpAbuse, BytesThatAreNoRequest) {
  using namespace std::string_view_literals;
  constexpr std::pair<std::string_view, unsigned> kBytes[] = {
      {"\0\0\0\0\0\0\0\0\r\n\r\n"sv, 400},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n"sv, 400},
      {"GET / HTTP/9.9\r\n\r\n"sv, 505},
      {"GET  HTTP/1.1\r\nhost: a\r\n\r\n"sv, 400},
      {"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"sv, 400},
      {"GET / HTTP/1.1\r\nhost : a\r\n\r\n"sv, 400},
  };
  for (const auto& [bytes, status] : kBytes) {
    auto client = connect();
    EXPECT_EQ(client.exchange(std::string(bytes)).status, status) << bytes;
    EXPECT_TRUE(client.is_closed()) << bytes;
  }
  expect_others_to_be_served();
}

}  // namespace
}  // namespace hermes::testing
