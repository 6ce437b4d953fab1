// Trailers of requests to the built program: they are checked like a header, and nobody gets them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/http2_client.h"
#include "testing/http_client.h"
#include "testing/program/gateway_app.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// The guest tells the header and the body that it got.
class Trailers : public ::testing::Test {
 protected:
  Trailers() { hermes_.wait_for_app("echo"); }

  AppFolder app_ = app_of_guest("echo");
  HermesProgram hermes_{{"run", app_.path()}};
};

TEST_F(Trailers, OfHttp1AreLeftOut) {
  HttpClient client(hermes_.port());
  const auto send = [&](std::string_view trailers) {
    return client.exchange(
        concat("POST /api HTTP/1.1\r\nhost: echo.localhost\r\ntransfer-encoding: chunked\r\n"
               "trailer: x-one\r\n\r\n4\r\nbody\r\n0\r\n",
               trailers, "\r\n"));
  };
  for (const auto* trailers :
       {"x-one: ada\r\n", "X-Hermes-User: ada\r\nAuthorization: ada\r\nCookie: ada\r\n", ""}) {
    const auto answer = send(trailers);
    EXPECT_EQ(answer.status, 200U) << trailers;
    EXPECT_THAT(answer.body, AllOf(HasSubstr(R"("body":"body")"), Not(HasSubstr("ada"))));
  }
}

TEST_F(Trailers, OfHttp1HaveTheLimitsOfAHeader) {
  std::string many;
  for (int i = 0; i < 101; ++i) many += concat("x", i, ": v\r\n");
  const auto large = concat("x: ", std::string(40'000, 'v'), "\r\n");
  for (const std::string& trailers :
       {many, large, std::string("x : v\r\n"), std::string("x: v\n"), std::string("x\r\n"),
        std::string("Transfer-Encoding: chunked\r\n"), std::string("Content-Length: 4\r\n")}) {
    HttpClient client(hermes_.port());
    const auto answer = client.exchange(
        concat("POST /api HTTP/1.1\r\nhost: echo.localhost\r\ntransfer-encoding: chunked\r\n\r\n"
               "4\r\nbody\r\n0\r\n",
               trailers, "\r\n"));
    EXPECT_GE(answer.status, 400U) << trailers.substr(0, 100);
    EXPECT_LT(answer.status, 500U) << trailers.substr(0, 100);
    EXPECT_TRUE(client.is_closed()) << trailers.substr(0, 100);
  }
}

TEST_F(Trailers, OfHttp2AreLeftOutAndChecked) {
  Http2Client client(hermes_.port());
  std::uint32_t stream = 1;
  const auto send = [&](const Http2Client::Fields& trailers) {
    client.request(stream,
                   {{":method", "POST"},
                    {":scheme", "http"},
                    {":authority", "echo.localhost"},
                    {":path", "/api"}},
                   false);
    client.send(Http2Client::Data, 0, stream, "body");
    client.request(stream, trailers);
    stream += 2;
    return client.answer(stream - 2);
  };
  const auto answer = send({{"x-one", "ada"}, {"x-hermes-user", "ada"}, {"authorization", "ada"}});
  EXPECT_EQ(answer.status, 200U);
  EXPECT_THAT(answer.body, AllOf(HasSubstr(R"("body":"body")"), Not(HasSubstr("ada"))));
  EXPECT_TRUE(send({{":path", "/else"}}).reset) << "that is of a header alone";
  EXPECT_TRUE(send({{"connection", "close"}}).reset);
  EXPECT_EQ(send({{"x-one", "1"}}).status, 200U) << "the connection stays";
}

}  // namespace
}  // namespace hermes::testing
