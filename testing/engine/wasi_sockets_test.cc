// wasi:sockets: whom an app's sockets reach, and that all else is refused by the interface's own
// errors.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>

#include "testing/engine/fetch_fixture.h"
#include "testing/engine/usage.h"
#include "testing/servers/datagram_server.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// In the order of the error codes of wasi:sockets.
constexpr int kAccessDenied = 1;
constexpr int kInvalidArgument = 3;
constexpr int kConcurrencyConflict = 6;
constexpr int kNotInProgress = 7;
constexpr int kInvalidState = 9;
constexpr int kNewSocketLimit = 10;
constexpr int kConnectionRefused = 14;
constexpr int kNameUnresolvable = 18;

// What the guest says of a step that fails.
std::string failed(std::string_view step, int error) {
  return concat(step, " ", error, " ");
}

// Answers with what came, when the client has said all.
ScriptedServer::Script echoes() {
  return [](Visitor& visitor) { visitor.send(concat("got ", visitor.rest())); };
}

class WasiSocketsTest : public FetchFixture {
 protected:
  WasiSocketsTest() { guest = "wasi_sockets"; }

  std::string tell(std::string_view command, std::string_view body, std::string_view app = "app") {
    return send(command, 0, body, 0, app);
  }
  std::string connect(std::string_view host, std::uint16_t port, std::string_view text = "hello") {
    return tell("/tcp", concat(host, " ", port, "\n", text));
  }
  static void wait_for_descriptors(const Usage& before) {
    const auto begin = std::chrono::steady_clock::now();
    while (Usage::now().descriptors > before.descriptors) {
      ASSERT_LT(std::chrono::steady_clock::now() - begin, kPatience);
      std::this_thread::yield();
    }
  }
  static std::string tcp(std::string_view host, std::uint16_t port) {
    return concat("tcp:", host, ":", port);
  }
};

TEST_F(WasiSocketsTest, ConnectWhereAPermissionLeads) {
  const ScriptedServer server(echoes());
  start_fetching({tcp("127.0.0.1", server.port())});
  EXPECT_EQ(connect("127.0.0.1", server.port()), "got hello");
  const std::string much(30'000, 'x');
  EXPECT_EQ(connect("127.0.0.1", server.port(), much), concat("got ", much));
}

TEST_F(WasiSocketsTest, WithoutAPermissionThereAreNone) {
  const ScriptedServer server(echoes());
  start_fetching({"outbound:127.0.0.1", "udp:127.0.0.1"});
  EXPECT_EQ(connect("127.0.0.1", server.port()), failed("create", kAccessDenied));
  EXPECT_EQ(server.connections(), 0U);
  log.wait_for("a socket: the app lacks a permission tcp:host or tcp:host:port");
  add_app("tcp", {"tcp:127.0.0.1"});
  EXPECT_EQ(tell("/udp", "127.0.0.1 1\nx", "tcp"), failed("create", kAccessDenied));
}

TEST_F(WasiSocketsTest, NoOtherPortOrHostIsReached) {
  const ScriptedServer server(echoes());
  const ScriptedServer other(echoes());
  start_fetching({tcp("127.0.0.1", server.port())});
  EXPECT_EQ(connect("127.0.0.1", other.port()), failed("connect", kAccessDenied));
  EXPECT_EQ(other.connections(), 0U);
  log.wait_for(concat("a socket: the app lacks the permission tcp:127.0.0.1:", other.port()));
  EXPECT_EQ(connect("127.0.0.2", server.port()), failed("connect", kAccessDenied));
  EXPECT_EQ(connect("169.254.169.254", 80), failed("connect", kAccessDenied));
  EXPECT_EQ(connect("93.184.216.34", server.port()), failed("connect", kAccessDenied));
}

TEST_F(WasiSocketsTest, AnAddressInDisguiseIsRefused) {
  const ScriptedServer server(echoes());
  start_fetching({tcp("127.0.0.1", server.port())});
  const struct {
    const char* host;
    const char* step;
    int error;
  } cases[] = {
      {"0:0:0:0:0:ffff:7f00:1", "start-connect", kInvalidArgument},
      {"0:0:0:0:0:0:7f00:1", "start-connect", kInvalidArgument},
      {"0.0.0.0", "start-connect", kInvalidArgument},
      {"0:0:0:0:0:0:0:0", "start-connect", kInvalidArgument},
      {"255.255.255.255", "start-connect", kInvalidArgument},
      {"224.0.0.1", "start-connect", kInvalidArgument},
      {"0:0:0:0:0:0:0:1", "connect", kAccessDenied},
      {"64:ff9b:0:0:0:0:7f00:1", "connect", kAccessDenied},
      {"fe80:0:0:0:0:0:0:1", "connect", kAccessDenied},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(connect(c.host, server.port()), failed(c.step, c.error)) << c.host;
  }
  EXPECT_EQ(connect("127.0.0.1", 0), failed("start-connect", kInvalidArgument));
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(WasiSocketsTest, AZoneIsOfThisMachineAlone) {
  start_fetching({"tcp:[::1]"});
  EXPECT_EQ(tell("/tcp", "0:0:0:0:0:0:0:1 1 0\n"), failed("connect", kConnectionRefused));
  EXPECT_EQ(tell("/tcp", "0:0:0:0:0:0:0:1 1 1\n"), failed("connect", kAccessDenied));
}

TEST_F(WasiSocketsTest, DatagramsGoWhereAPermissionLeadsAndComeFromThere) {
  const DatagramServer server;
  const DatagramServer other;
  start_fetching({concat("udp:127.0.0.1:", server.port())});
  EXPECT_EQ(tell("/udp", concat("127.0.0.1 ", server.port(), "\nhello")), "got hello")
      << "what a stranger sends before is dropped";
  EXPECT_EQ(tell("/udp", concat("127.0.0.1 ", other.port(), "\nhello")),
            failed("send", kAccessDenied));
  EXPECT_EQ(tell("/udp", concat("224.0.0.1 ", server.port(), "\nhello")),
            failed("send", kAccessDenied));
}

TEST_F(WasiSocketsTest, NobodyListens) {
  start_fetching({"tcp:127.0.0.1", "udp:127.0.0.1", "tcp:[::1]"});
  EXPECT_EQ(tell("/listen", "0.0.0.0 0"), failed("listen", kAccessDenied));
  EXPECT_EQ(tell("/listen", "0.0.0.0 40000"), failed("bind", kAccessDenied));
  EXPECT_EQ(tell("/listen", "127.0.0.1 0"), failed("bind", kAccessDenied));
  EXPECT_EQ(tell("/bind", "0.0.0.0 0"), failed("bound", 0));
  EXPECT_EQ(tell("/bind", "0.0.0.0 40000"), failed("bind", kAccessDenied));
  EXPECT_EQ(tell("/bind", "127.0.0.1 0"), failed("bind", kAccessDenied));
}

TEST_F(WasiSocketsTest, NamesThatPermissionsNameAreLookedUp) {
  names.set("db.example", {"93.184.216.34", "2606:2800:220:1::1"});
  names.set("other.example", {"93.184.216.34"});
  start_fetching({"tcp:db.example:5432", "udp:none.example", "tcp:127.0.0.1"});
  EXPECT_THAT(tell("/lookup", "db.example"), HasSubstr("93.184.216.34 "));
  EXPECT_THAT(tell("/lookup", "DB.Example"), HasSubstr("2606:2800:220:1:0:0:0:1 "));
  EXPECT_EQ(tell("/lookup", "127.0.0.1"), "127.0.0.1 ");
  EXPECT_EQ(tell("/lookup", "none.example"), failed("lookup", kNameUnresolvable));
  for (const auto* name : {"other.example", "example", "::1", "127.0.0.2", "localhost"}) {
    EXPECT_EQ(tell("/lookup", name), failed("lookup", kAccessDenied)) << name;
  }
  for (const auto* name : {"", "a b", "127.1", "2130706433", "0x7f.1", "::ffff:127.0.0.1", "[::1",
                           "db.example:5432", "fe80::1%1"}) {
    EXPECT_EQ(tell("/lookup", name), failed("lookup", kInvalidArgument)) << name;
  }
  EXPECT_EQ(names.questions("other.example"), 0);
}

TEST_F(WasiSocketsTest, ANameThatLeadsInsideIsRefusedUnlessThatIsNamed) {
  const ScriptedServer server(echoes());
  names.set("db.example", {"127.0.0.1"});
  start_fetching({"tcp:db.example"});
  EXPECT_EQ(tell("/lookup", "db.example"), failed("lookup", kAccessDenied));
  log.wait_for("host 'db.example' has no address that is public or among the app's permissions");
  add_app("both", {"tcp:db.example", tcp("127.0.0.1", server.port())});
  EXPECT_EQ(tell("/named", concat("db.example ", server.port(), "\nhello"), "both"), "got hello");
}

TEST_F(WasiSocketsTest, ANameIsReachedAtItsPortAndOnceItWasLookedUp) {
  names.set("db.example", {"93.184.216.34"});
  start_fetching({"tcp:db.example:1"});
  EXPECT_EQ(tell("/named", "db.example 2"), failed("connect", kAccessDenied));
  EXPECT_EQ(connect("93.184.216.34", 1), failed("connect", kAccessDenied));
}

TEST_F(WasiSocketsTest, ACallHasSixteenAtATime) {
  start_fetching({"tcp:127.0.0.1"});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(tell("/many", ""), concat(failed("create", kNewSocketLimit), "held 16 again 1 "))
        << "closed with the call";
  }
}

TEST_F(WasiSocketsTest, WhatIsOutOfOrderIsAnError) {
  start_fetching({"tcp:127.0.0.1"});
  EXPECT_EQ(tell("/misuse", ""),
            concat(failed("finish", kNotInProgress), failed("finish-bind", kNotInProgress),
                   failed("listen", kInvalidState), failed("shutdown", kInvalidState),
                   failed("buffer", kInvalidArgument), failed("buffer", 0),
                   failed("family", kInvalidArgument), failed("twice", kConcurrencyConflict)));
}

TEST_F(WasiSocketsTest, ACallThatWaitsHoldsNoWorker) {
  std::promise<void> answer;
  const ScriptedServer server([&](Visitor& visitor) {
    answer.get_future().wait();
    visitor.send("late");
  });
  const ScriptedServer other(echoes());
  names.silence("silent.example");
  config.workers = 1;
  start_fetching({"tcp:127.0.0.1", "tcp:silent.example"});
  auto waiting = post("app", event("/tcp", 0, concat("127.0.0.1 ", server.port(), "\nhello"), 0));
  auto asking = post("app", event("/lookup", 0, "silent.example", 0));
  EXPECT_EQ(connect("127.0.0.1", other.port()), "got hello");
  answer.set_value();
  const auto heard = within_patience(std::move(waiting));
  ASSERT_EQ(heard.replies.size(), 1U);
  const auto& body =
      std::get<wit::http_gateway::http_gateway_response::Http>(**heard.replies.front()).value.body;
  EXPECT_EQ(std::string(body.begin(), body.end()), "late");
}

TEST_F(WasiSocketsTest, ACallThatEndsWhileItWaitsClosesItsSocket) {
  std::promise<void> over;
  const ScriptedServer server([&](Visitor& visitor) {
    visitor.send("begun");
    over.get_future().wait();
  });
  start_engine();
  add_app("app", {"tcp:127.0.0.1", "tcp:127.0.0.2"}, 300ms);
  EXPECT_EQ(connect("127.0.0.2", server.port()), failed("connect", kConnectionRefused))
      << "what the engine opens for its first socket is open";
  const auto before = Usage::now();
  const auto answer =
      ask("app", event("/tcp", 0, concat("127.0.0.1 ", server.port(), "\nhello"), 0));
  EXPECT_FALSE(answer.has_value());
  over.set_value();
  wait_for_descriptors(before);
}

TEST_F(WasiSocketsTest, AThousandCallsLeaveNothingBehind) {
  const ScriptedServer server(echoes());
  const DatagramServer datagrams;
  start_fetching({"tcp:127.0.0.1", "udp:127.0.0.1"});
  const auto call = [&](int calls) {
    for (int i = 0; i < calls; i += 2) {
      EXPECT_EQ(connect("127.0.0.1", server.port()), "got hello");
      EXPECT_EQ(tell("/udp", concat("127.0.0.1 ", datagrams.port(), "\nhello")), "stranger");
    }
  };
  call(100);
  const auto before = Usage::now();
  call(1'000);
  wait_for_descriptors(before);
  expect_no_more_memory(before);
}

}  // namespace
}  // namespace hermes::testing
