// What is under way while another version of an app takes over.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/http2_client.h"
#include "testing/http_client.h"
#include "testing/program/gateway_app.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;

/// The guest `incoming`, which streams, until `both` takes its place.
class SwapTest : public ::testing::Test {
 protected:
  explicit SwapTest(std::string_view more = "") : app_(app_of_guest("incoming", more)) {
    hermes_.wait_for_app("incoming");
  }

  // It has ended when the calls of the old version have.
  std::future<Ended> swap(std::string_view to = "both") {
    app_.write("incoming.wasm", guest(to));
    return std::async(std::launch::async, [this] { return hermes_.ctl({"reload", "incoming"}); });
  }

  static bool is_of_old(std::string_view body) { return body == "hello"; }
  static bool is_of_new(std::string_view body) { return body == "replied"; }

  AppFolder app_;
  HermesProgram hermes_{{"run", app_.path()}};
};

TEST_F(SwapTest, StreamsGoOnAndConnectionsStay) {
  HttpClient events(hermes_.port());
  EXPECT_EQ(events.exchange(get("incoming", "/ticks"), true).status, 200U);
  EXPECT_NE(events.chunk(), "");
  HttpClient kept(hermes_.port());
  EXPECT_TRUE(is_of_old(kept.exchange(get("incoming", "/api/reply")).body));

  auto swapped = swap();
  std::string body;
  do {
    const auto answer = kept.exchange(get("incoming", "/api/reply"));
    ASSERT_EQ(answer.status, 200U) << "none fails in between";
    body = answer.body;
  } while (is_of_old(body));
  EXPECT_TRUE(is_of_new(body)) << body;
  for (int i = 0; i < 20; ++i) ASSERT_NE(events.chunk(), "") << "the old version goes on";
  events.reset();
  EXPECT_EQ(swapped.get().code, 0);
}

TEST_F(SwapTest, StreamsOfOneConnectionAreOfBothVersions) {
  const auto request = [](std::string_view path) {
    return Http2Client::Fields{{":method", "GET"},
                               {":scheme", "http"},
                               {":authority", "incoming.localhost"},
                               {":path", std::string(path)}};
  };
  Http2Client client(hermes_.port());
  client.request(1, request("/ticks"));
  auto swapped = swap();
  std::string body;
  std::uint32_t stream = 3;
  do {
    client.request(stream, request("/api/reply"));
    const auto answer = client.answer(stream);
    ASSERT_EQ(answer.status, 200U);
    body = answer.body;
    stream += 2;
  } while (is_of_old(body));
  EXPECT_TRUE(is_of_new(body)) << body;
  auto frame = client.receive();
  for (int i = 0; i < 20; ++i, frame = client.receive()) {
    ASSERT_EQ(frame.type, Http2Client::Data);
    ASSERT_EQ(frame.stream, 1U) << "the old version goes on";
  }
  client.send(Http2Client::ResetStream, 0, 1, Http2Client::number(8, 4));
  EXPECT_EQ(swapped.get().code, 0);
}

/// Two calls at once: what more there is waits when the versions change, which answer by different
/// interfaces.
class CrowdedSwapTest : public SwapTest {
 protected:
  CrowdedSwapTest() : SwapTest(R"(, "limits": {"calls": 2})") {}
};

TEST_F(CrowdedSwapTest, NoRequestFails) {
  constexpr int kClients = 16;
  std::atomic<bool> is_over = false;
  std::atomic<int> answered = 0;
  const auto port = hermes_.port();
  std::vector<std::future<std::string>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::async(std::launch::async, [&]() -> std::string {
      HttpClient client(port);
      while (!is_over) {
        const auto answer = client.exchange(get("incoming", "/api/reply"));
        const bool is_known = is_of_old(answer.body) || is_of_new(answer.body);
        if (answer.status != 200 || !is_known) return concat(answer.status, " ", answer.body);
        ++answered;
      }
      return {};
    }));
  }
  for (int i = 0; i < 20; ++i) {
    const int before = answered;
    while (answered < before + 2 * kClients && !is_over) {
      is_over = std::ranges::any_of(
          clients, [](auto& client) { return client.wait_for(0s) == std::future_status::ready; });
    }
    EXPECT_EQ(swap(i % 2 == 0 ? "both" : "incoming").get().code, 0);
  }
  is_over = true;
  for (auto& client : clients) EXPECT_EQ(client.get(), "");
}

}  // namespace
}  // namespace hermes::testing
