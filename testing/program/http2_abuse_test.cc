// Clients of HTTP/2 that mean harm, to the built program: each connection ends, and others are
// served.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/http2_client.h"
#include "testing/http_client.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

constexpr std::uint32_t kNoError = 0;
constexpr std::uint32_t kEnhanceYourCalm = 11;

class Http2Abuse : public ::testing::Test {
 protected:
  Http2Abuse() { hermes_.wait_for_app("hello"); }
  ~Http2Abuse() override {
    HttpClient other(hermes_.port());
    EXPECT_EQ(other.exchange("GET /api/hello HTTP/1.1\r\nhost: hello.localhost\r\n\r\n").body,
              "hello");
  }

  static Http2Client::Fields hello() {
    return {{":method", "GET"},
            {":scheme", "http"},
            {":authority", "hello.localhost"},
            {":path", "/api/hello"}};
  }

  // Whatever it sent until it could send no more. A connection that was reset has no last words.
  static void expect_end(Http2Client& client) {
    EXPECT_EQ(client.goaway().value_or(kEnhanceYourCalm), kEnhanceYourCalm);
    EXPECT_EQ(client.receive_any().type, 0xff) << "it is closed";
  }

  HermesProgram hermes_{{"run", example_app("hello")}};
};

TEST_F(Http2Abuse, RapidReset) {
  Http2Client client(hermes_.port());
  for (std::uint32_t stream = 1; stream < 20'000; stream += 2) {
    client.request(stream, hello());
    if (!client.send(Http2Client::ResetStream, 0, stream, Http2Client::number(8, 4))) break;
  }
  expect_end(client);
}

TEST_F(Http2Abuse, FloodsOfSettingsAndPings) {
  for (const auto type : {Http2Client::Settings, Http2Client::Ping}) {
    Http2Client client(hermes_.port());
    const std::string payload(type == Http2Client::Ping ? 8 : 0, 'p');
    for (int i = 0; i < 100'000; ++i) {
      if (!client.send(type, 0, 0, payload)) break;
    }
    expect_end(client);
  }
}

TEST_F(Http2Abuse, EndlessContinuations) {
  Http2Client client(hermes_.port());
  client.send(Http2Client::Headers, Http2Client::kEndStream, 1, Http2Client::encode(hello()));
  const auto field = Http2Client::encode({{"x", std::string(16'000, 'x')}});
  for (int i = 0; i < 10'000; ++i) {
    if (!client.send(Http2Client::Continuation, 0, 1, field)) break;
  }
  EXPECT_NE(client.goaway().value_or(kEnhanceYourCalm), kNoError);
}

// One large field in the table of HPACK, that one byte each repeats.
TEST_F(Http2Abuse, HeadersThatUnpackTooLarge) {
  Http2Client client(hermes_.port());
  auto stored = Http2Client::encode({{"x", std::string(3'900, 'x')}});
  stored[0] = 0x40;  // To be kept.
  client.send(Http2Client::Headers, Http2Client::kEndHeaders | Http2Client::kEndStream, 1,
              concat(Http2Client::encode(hello()), stored,
                     std::string(10'000, static_cast<char>(0x80 + 62))));
  expect_end(client);
}

}  // namespace
}  // namespace hermes::testing
