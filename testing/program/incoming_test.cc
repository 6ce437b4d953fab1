// wasi:http/incoming-handler in the built program, over real sockets.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/servers/scripted_server.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr std::string_view kMore = R"(, "permissions": ["outbound:127.0.0.1"])";

/// The guests `incoming`, which streams, and `both`, which declines replies first.
class IncomingProgram : public ::testing::Test {
 protected:
  explicit IncomingProgram(std::string_view settings = "")
      : incoming_(app_of_guest("incoming", kMore)), both_(app_of_guest("both")) {
    incoming_.write("hermes.toml", settings);
    hermes_ = std::make_unique<HermesProgram>(std::vector<std::string>{
        "run", incoming_.path(), both_.path(), "--config", incoming_.path() + "/hermes.toml"});
    hermes_->wait_for_app("both");
  }

  HttpClient connect() { return HttpClient(hermes_->port()); }

  static std::string request(std::string_view method, std::string_view path,
                             std::string_view more = {}, std::string_view app = "incoming") {
    return concat(method, " ", path, " HTTP/1.1\r\nhost: ", app, ".localhost\r\n", more, "\r\n");
  }

  /// Bytes of memory of the program.
  std::size_t resident() {
    std::ifstream status(concat("/proc/", hermes_->process().id(), "/status"));
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6)) << 10;
    }
    return 0;
  }

  AppFolder incoming_;
  AppFolder both_;
  std::unique_ptr<HermesProgram> hermes_;
};

TEST_F(IncomingProgram, AnAnswerThatIsWholeHasItsLength) {
  auto client = connect();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.exchange(request("GET", "/api/hello"));
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.header("content-type"), "text/plain");
    EXPECT_EQ(answer.header("content-length"), "5");
    EXPECT_EQ(answer.body, "hello");
  }
}

// A call that is interrupted, since it takes long, has not waited.
TEST_F(IncomingProgram, AnAnswerIsWholeWhereTheGuestDidNotWait) {
  auto client = connect();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.exchange(request("GET", "/ponder"));
    EXPECT_EQ(answer.header("content-length"), "5");
    EXPECT_EQ(answer.body, "hello");
  }
}

TEST_F(IncomingProgram, WithoutFilesAllPathsAreTheModules) {
  EXPECT_EQ(connect().exchange(request("GET", "/")).body, "hello");
  EXPECT_EQ(connect().exchange(request("DELETE", "/any/where?x")).body, "hello");
}

TEST_F(IncomingProgram, AHeadHasNoBody) {
  auto client = connect();
  const auto answer = client.exchange(request("HEAD", "/hello"), true);
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.header("content-length"), "5");
  EXPECT_EQ(client.exchange(request("GET", "/status/204")).status, 204U);
  EXPECT_EQ(client.exchange(request("GET", "/status/404")).status, 404U);
  EXPECT_EQ(client.exchange(request("HEAD", "/ticks"), true).status, 200U) << "it does not wait";
  EXPECT_EQ(client.exchange(request("GET", "/hello")).body, "hello");
}

TEST_F(IncomingProgram, TheRequestArrivesAsItWasSent) {
  const auto answer = connect().exchange(
      concat(request("POST", "/echo?a=b", "content-length: 2\r\nx-one: 1\r\nX-HERMES-USER: me\r\n"),
             "hi"));
  EXPECT_EQ(answer.header("x-authority"), "incoming.localhost");
  EXPECT_EQ(answer.header("x-x-one"), "1");
  EXPECT_EQ(answer.header("x-x-hermes-user"), "") << "only the gateway says so";
  EXPECT_EQ(answer.body, "hi");
}

// What is asked before the body is sent shows that the head comes first, and each piece by itself.
TEST_F(IncomingProgram, BothBodiesStreamAtOnce) {
  auto client = connect();
  const auto head =
      client.exchange(request("POST", "/echo", "transfer-encoding: chunked\r\n"), true);
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.header("transfer-encoding"), "chunked");
  for (const std::string piece : {"one", "three", "seven"}) {
    client.send(concat(piece.size(), "\r\n", piece, "\r\n"));
    EXPECT_EQ(client.chunk(), piece);
  }
  client.send("0\r\nx-trailer: ignored\r\n\r\n");
  EXPECT_EQ(client.chunk(), "");
  EXPECT_EQ(client.exchange(request("GET", "/hello")).body, "hello") << "and it goes on";
}

TEST_F(IncomingProgram, EventsComeOneByOneUntilTheClientLeaves) {
  auto client = connect();
  const auto head = client.exchange(request("GET", "/ticks"), true);
  EXPECT_EQ(head.header("content-type"), "text/event-stream");
  std::string events;
  while (events.find("data: 20\n\n") == events.npos) {
    const auto chunk = client.chunk();
    ASSERT_NE(chunk, "");
    ASSERT_LT(chunk.size(), 100U) << "they do not wait for each other";
    events += chunk;
    ASSERT_LT(events.size(), 1'000U);
  }
  const auto status = [&] { return hermes_->ctl({"status", "-o", "json"}).output; };
  EXPECT_THAT(status(), HasSubstr("\"calls\":1"));
  client.reset();
  while (status().find("\"cancelled\":1") == std::string::npos) {
  }
}

TEST_F(IncomingProgram, AnUploadOfAGibibyteNeedsLittleMemory) {
  auto client = connect();
  constexpr std::size_t kSize = std::size_t{1} << 30;
  const std::string piece(std::size_t{1} << 20, 'x');
  connect().exchange(request("GET", "/hello"));
  const auto before = resident();
  std::size_t most = before;
  client.send(request("POST", "/count", concat("content-length: ", kSize, "\r\n")));
  for (std::size_t sent = 0; sent < kSize; sent += piece.size()) {
    ASSERT_TRUE(client.send(piece));
    if (sent % (std::size_t{64} << 20) == 0) most = std::max(most, resident());
  }
  EXPECT_EQ(client.receive().body, std::to_string(kSize));
  EXPECT_LT(most - before, std::size_t{16} << 20);
}

TEST_F(IncomingProgram, AnEchoOfALargeBodyIsExact) {
  auto client = connect();
  std::string body;
  for (int i = 0; body.size() < (std::size_t{4} << 20); ++i) body += std::to_string(i) + " ";
  std::ofstream(incoming_.path() + "/body") << body;
  const auto echoed =
      hermes_->curl("incoming", "/echo", {"--data-binary", concat("@", incoming_.path(), "/body")});
  EXPECT_EQ(echoed.status, 200);
  EXPECT_TRUE(echoed.body == body);
}

TEST_F(IncomingProgram, FailuresHaveTheirStatus) {
  for (const auto& [path, status] :
       std::vector<std::pair<std::string, unsigned>>{{"/trap", 502},
                                                     {"/nothing", 502},
                                                     {"/refuse", 502},
                                                     {"/many", 502},
                                                     {"/bad_length", 502},
                                                     {"/status/999", 502}}) {
    auto client = connect();
    EXPECT_EQ(client.exchange(request("GET", path)).status, status) << path;
    EXPECT_EQ(client.exchange(request("GET", "/hello")).status, 200U) << "the connection stays";
  }
  EXPECT_EQ(connect().exchange(request("GET", "/a<b")).status, 400U);
}

TEST_F(IncomingProgram, ATrapWithinTheBodyCutsTheConnection) {
  auto client = connect();
  EXPECT_EQ(client.exchange(request("GET", "/trap_after"), true).status, 200U);
  EXPECT_EQ(client.chunk(), "some");
  EXPECT_TRUE(client.is_closed()) << "without the last chunk";
}

TEST_F(IncomingProgram, AProxyIsAnsweredUnderThePermissionsOfItsApp) {
  ScriptedServer server([](Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 201 Created\r\nContent-Length: 9\r\nConnection: close\r\n\r\nfrom afar");
  });
  const auto path = concat("/proxy/", server.port());
  const auto answer = connect().exchange(request("GET", path));
  EXPECT_EQ(answer.status, 201U);
  EXPECT_EQ(answer.body, "from afar");
  const auto denied = connect().exchange(request("GET", path, "", "both"));
  EXPECT_EQ(denied.status, 502U);
  EXPECT_EQ(denied.body, "error 15") << "HTTP-request-denied";
}

TEST_F(IncomingProgram, AProxyPassesOnWhatComesAsItComes) {
  std::promise<void> is_heard;
  ScriptedServer server([&](Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    is_heard.get_future().wait();
    visitor.send("6\r\nsecond\r\n0\r\n\r\n");
    visitor.wait_for_end();
  });
  auto client = connect();
  client.send(request("GET", concat("/proxy/", server.port())));
  EXPECT_EQ(client.receive(true).status, 200U);
  EXPECT_EQ(client.chunk(), "first");
  is_heard.set_value();
  EXPECT_EQ(client.chunk(), "second");
  EXPECT_EQ(client.chunk(), "");
}

// A response of 256 MiB, which neither the guest nor the engine could hold.
TEST_F(IncomingProgram, AProxyPassesOnMoreThanFits) {
  constexpr std::size_t kPieces = 256;
  const std::string piece(std::size_t{1} << 20, 'x');
  ScriptedServer server([&](Visitor& visitor) {
    visitor.request();
    visitor.send(concat("HTTP/1.1 200 OK\r\nContent-Length: ", kPieces * piece.size(), "\r\n\r\n"));
    for (std::size_t i = 0; i < kPieces; ++i) visitor.send(piece);
    visitor.wait_for_end();
  });
  auto client = connect();
  client.send(request("GET", concat("/proxy/", server.port())));
  EXPECT_EQ(client.receive(true).status, 200U);
  std::size_t size = 0;
  for (auto chunk = client.chunk(); !chunk.empty(); chunk = client.chunk()) size += chunk.size();
  EXPECT_EQ(size, kPieces * piece.size());
}

TEST_F(IncomingProgram, AModuleThatHandlesBothIsAskedForItsReplyFirst) {
  const auto ask = [&](std::string_view path) {
    return connect().exchange(
        concat(request("POST", path, "content-length: 4\r\n", "both"), "body"));
  };
  EXPECT_EQ(ask("/api/reply").body, "replied");
  EXPECT_EQ(ask("/api/echo").body, "body") << "it declined, and has the body all the same";
  EXPECT_EQ(ask("/echo").body, "body") << "what is not of /api streams";
}

class SlowIncoming : public IncomingProgram {
 protected:
  SlowIncoming() : IncomingProgram("[limits]\nwall_ms = 500\n") {}
};

TEST_F(SlowIncoming, ACallThatIsSilentTooLongEnds) {
  EXPECT_EQ(connect().exchange(request("GET", "/idle")).status, 504U);
  auto client = connect();
  EXPECT_EQ(client.exchange(request("GET", "/idle_after"), true).status, 200U);
  EXPECT_EQ(client.chunk(), "some");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(SlowIncoming, ACallLivesAsLongAsBytesMove) {
  auto client = connect();
  client.exchange(request("GET", "/ticks"), true);
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() < begin + 1500ms) ASSERT_NE(client.chunk(), "");
}

TEST_F(SlowIncoming, AClientThatReadsNothingHoldsTheGuestBack) {
  auto client = connect();
  client.send(request("GET", "/flood"));
  hermes_->process().line_with("out of time");
  EXPECT_EQ(hermes_->process().output().find("64 MiB"), std::string::npos);
}

}  // namespace
}  // namespace hermes::testing
