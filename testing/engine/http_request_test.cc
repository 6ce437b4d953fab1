// hermes:http-request from a real guest, to real servers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "testing/engine/fetch_fixture.h"
#include "testing/engine/usage.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto kLocal = "http://127.0.0.1";

class HttpRequestTest : public FetchFixture {};

TEST_F(HttpRequestTest, TheResponseArrivesWhole) {
  ScriptedServer server([](Visitor& visitor) {
    const auto request = visitor.request();
    visitor.send("HTTP/1.1 201 Made\r\nX-Of: a server\r\nContent-Length: " +
                 std::to_string(request.size()) + "\r\n\r\n" + request);
  });
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(send(kLocal, server.port(),
                 "POST /a?b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\nhi", 7),
            "sent");
  log.wait_for(
      "response 7: HTTP/1.1 201 Made|X-Of: a server|Content-Length: 60||"
      "POST /a?b HTTP/1.1|Host: 127.0.0.1|Content-Length: 2||hi");
}

TEST_F(HttpRequestTest, ARequestNeedsNoId) {
  ScriptedServer server(answers(ok("x")));
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get(kLocal, server.port()), "sent");
  log.wait_for("response 0: HTTP/1.1 200 OK|Content-Length: 1||x");
}

TEST_F(HttpRequestTest, TheResponseArrivesAtTheModuleThatSentAndAtNoOther) {
  ScriptedServer server(answers(ok("x")));
  start_engine();
  auto app = app_of("app", {"fetch", "echo"});
  app.modules[1] = {"other", testing::guest("fetch"), "{}"};
  app.permissions = {"outbound:127.0.0.1"};
  start_app(std::move(app));
  within_patience(testing::post(engine->events(),
                                event(kLocal, server.port(), get_request(kLocal), 3),
                                {"local:app", {"other"}}, {"test", "", true}));
  log.wait_for("response 3: HTTP/1.1 200 OK|Content-Length: 1||x");
  for (const auto& line : log.lines()) {
    if (line.message.starts_with("response")) {
      EXPECT_EQ(line.module, "other");
    }
  }
}

TEST_F(HttpRequestTest, ChunksAreJoined) {
  ScriptedServer server(answers(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get(kLocal, server.port(), 1), "sent");
  log.wait_for("response 1: HTTP/1.1 200 OK|Content-Length: 5||abcde");
}

TEST_F(HttpRequestTest, TheRequestIsValidatedFirst) {
  ScriptedServer server(answers(ok("x")));
  start_fetching({"outbound:127.0.0.1"});
  const std::string host = "Host: 127.0.0.1\r\n";
  for (const auto& request :
       {std::string(), std::string("hello"), concat("GET / HTTP/1.1\r\n", host),
        concat("GET / HTTP/1.0\r\n", host, "\r\n"), concat("GET / HTTP/2.0\r\n", host, "\r\n"),
        std::string("GET / HTTP/1.1\r\n\r\n"), concat("GET / HTTP/1.1\r\n", host, host, "\r\n"),
        concat("GET / HTTP/1.1\r\n", host, "\r\nGET /second HTTP/1.1\r\n", host, "\r\n"),
        concat("\r\nGET / HTTP/1.1\r\n", host, "\r\n"),
        concat("GET /\r\nX: y HTTP/1.1\r\n", host, "\r\n"),
        concat("CONNECT a:1 HTTP/1.1\r\n", host, "\r\n"),
        concat("GET / HTTP/1.1\r\n", host, "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n"),
        concat("POST / HTTP/1.1\r\n", host, "Content-Length: 3\r\n\r\nhi"),
        concat("POST / HTTP/1.1\r\n", host, "Content-Length: 1\r\n\r\nhi"),
        concat("POST / HTTP/1.1\r\n", host,
               "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nhi")}) {
    EXPECT_EQ(send(kLocal, server.port(), request), "internal") << request;
  }
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(HttpRequestTest, TheRequestIsForTheHostThatIsNamed) {
  ScriptedServer server(answers(ok("x")));
  start_fetching({"outbound:127.0.0.1"});
  for (const std::string_view request :
       {"GET / HTTP/1.1\r\nHost: other.test\r\n\r\n", "GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n",
        "GET http://other.test/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1@other.test\r\n\r\n"}) {
    EXPECT_EQ(send(kLocal, server.port(), request), "internal") << request;
  }
  EXPECT_EQ(server.connections(), 0U);
  EXPECT_EQ(send(kLocal, server.port(),
                 concat("GET / HTTP/1.1\r\nHost: 127.0.0.1:", server.port(), "\r\n\r\n")),
            "sent");
}

TEST_F(HttpRequestTest, TheSchemeIsHttpOrHttps) {
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(send("127.0.0.1", 80, get_request(kLocal)), "missing-scheme");
  EXPECT_EQ(send("ftp://127.0.0.1", 80, get_request(kLocal)), "missing-scheme");
}

TEST_F(HttpRequestTest, NobodyListens) {
  std::uint16_t port = 0;
  {
    ScriptedServer gone(answers(""));
    port = gone.port();
  }
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get(kLocal, port), "http-connection-failed");
  EXPECT_EQ(get("https://127.0.0.1", port), "https-connection-failed");
}

TEST_F(HttpRequestTest, ANameThatThereIsNot) {
  start_fetching({"outbound:nowhere.test"});
  EXPECT_EQ(get("http://nowhere.test", 80), "http-connection-failed");
  EXPECT_EQ(get("https://nowhere.test", 443), "https-connection-failed");
}

TEST_F(HttpRequestTest, ANameIsResolvedAndKeptByItsTimeToLive) {
  ScriptedServer server(answers(ok("x")));
  names.set("kept.test", {"127.0.0.1"}, 60s);
  names.set("fleeting.test", {"127.0.0.1"}, 0s);
  start_fetching({"outbound:kept.test", "outbound:fleeting.test", "outbound:127.0.0.1"});
  for (const auto* name : {"kept.test", "fleeting.test"}) {
    const auto uri = concat("http://", name);
    const auto request = get_request(uri, "Connection: close\r\n");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(send(uri, server.port(), request), "sent");
  }
  EXPECT_EQ(names.questions("kept.test"), 1);
  EXPECT_EQ(names.questions("fleeting.test"), 3);
}

TEST_F(HttpRequestTest, AnAddressThatDoesNotAnswerIsFollowedByTheNext) {
  ScriptedServer server(answers(ok("x")));
  names.set("two.test", {"127.0.0.9", "127.0.0.1"});
  start_fetching({"outbound:two.test", "outbound:127.0.0.1", "outbound:127.0.0.9"});
  EXPECT_EQ(get("http://two.test", server.port()), "sent");
}

TEST_F(HttpRequestTest, ASilentNameServerDelaysNoOtherApp) {
  ScriptedServer server(answers(ok("x")));
  constexpr int kSilent = 40;
  names.set("good.test", {"127.0.0.1"});
  std::set<std::string> permissions;
  for (int i = 0; i < kSilent; ++i) {
    names.silence(concat("silent", i, ".test"));
    permissions.insert(concat("outbound:silent", i, ".test"));
  }
  config.grace = 0s;
  start_engine();
  add_app("waits", permissions);
  add_app("app", {"outbound:good.test", "outbound:127.0.0.1"});
  std::vector<std::future<Heard<wit::http_gateway::ReplyEvent>>> waiting;
  for (int i = 0; i < kSilent; ++i) {
    const auto uri = concat("http://silent", i, ".test");
    waiting.push_back(post("waits", event(uri, 80, get_request(uri), 0)));
  }
  for (int i = 0; i < 5; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(get("http://good.test", server.port()), "sent");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s) << "a look-up gives up later";
  }
  int asked = 0;
  for (int i = 0; i < kSilent; ++i) asked += names.questions(concat("silent", i, ".test")) > 0;
  EXPECT_LE(asked, 16) << "an app has 16 look-ups under way";
  engine->stop();
  for (auto& one : waiting) within_patience(one);
}

TEST_F(HttpRequestTest, AnAppHasOnlySoManyRequestsUnderWay) {
  ScriptedServer server([](Visitor& visitor) { visitor.wait_for_end(); });
  ScriptedServer other(answers(ok("x")));
  options.requests = 3;
  start_engine();
  add_app("full", {"outbound:127.0.0.1"});
  add_app("app", {"outbound:127.0.0.1"});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get(kLocal, server.port(), 0, "full"), "sent");
  EXPECT_EQ(get(kLocal, server.port(), 0, "full"), "internal");
  EXPECT_EQ(get(kLocal, other.port()), "sent") << "others have their own";
  log.wait_for_text("too many requests under way");
}

TEST_F(HttpRequestTest, AServerThatIsSilentBeforeTheConnectionIsThere) {
  ScriptedServer server([](Visitor& visitor) { visitor.wait_for_end(); });
  options.connect_timeout = 200ms;
  names.silence("silent.test");
  start_fetching({"outbound:127.0.0.1", "outbound:silent.test"});
  EXPECT_EQ(get("https://127.0.0.1", server.port()), "https-connection-failed");
  EXPECT_EQ(get("http://silent.test", 80), "http-connection-failed");
}

TEST_F(HttpRequestTest, AServerThatIsSilentAfterwardsGivesAnEmptyResponse) {
  ScriptedServer server([](Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi");
    visitor.wait_for_end();
  });
  options.response_timeout = 200ms;
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get(kLocal, server.port(), 5), "sent");
  log.wait_for("response 5: ");
  log.wait_for_text("no whole response in time");
}

TEST_F(HttpRequestTest, AServerThatClosesTooEarlyGivesAnEmptyResponse) {
  for (const bool resets : {false, true}) {
    ScriptedServer server([=](Visitor& visitor) {
      visitor.request();
      visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi");
      if (resets) visitor.reset();
    });
    if (!engine) start_fetching({"outbound:127.0.0.1"});
    EXPECT_EQ(get(kLocal, server.port(), 5), "sent");
    log.wait_for("response 5: ", resets ? 2 : 1);
  }
}

TEST_F(HttpRequestTest, AResponseThatIsTooLargeGivesAnEmptyOne) {
  options.response_bytes = 1000;
  ScriptedServer announced(answers(ok(std::string(1001, 'x'))));
  ScriptedServer unannounced([](Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x'));
  });
  ScriptedServer exact(answers(ok(std::string(1000, 'x'))));
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get(kLocal, announced.port(), 1), "sent");
  EXPECT_EQ(get(kLocal, unannounced.port(), 2), "sent");
  EXPECT_EQ(get(kLocal, exact.port(), 3), "sent");
  log.wait_for("response 1: ");
  log.wait_for("response 2: ");
  log.wait_for_text("response 3: HTTP/1.1 200 OK|Content-Length: 1000||xxx");
}

TEST_F(HttpRequestTest, WhatIsNoResponseGivesAnEmptyOne) {
  ScriptedServer server(answers("220 mail.example ESMTP\r\n\r\n"));
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get(kLocal, server.port(), 1), "sent");
  log.wait_for("response 1: ");
}

TEST_F(HttpRequestTest, ARequestThatIsTooLargeIsRefused) {
  options.request_bytes = 100;
  ScriptedServer server(answers(ok("x")));
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(
      send(kLocal, server.port(), get_request(kLocal, "X: " + std::string(100, 'x') + "\r\n")),
      "internal");
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(HttpRequestTest, AConnectionIsUsedAgain) {
  config.workers = 1;
  ScriptedServer server(answers(ok("x")));
  start_fetching({"outbound:127.0.0.1"});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(get(kLocal, server.port(), 1), "sent");
    log.wait_for("response 1: HTTP/1.1 200 OK|Content-Length: 1||x", i + 1);
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpRequestTest, AConnectionIsNotUsedAgainByAnotherApp) {
  config.workers = 1;
  ScriptedServer server(answers(ok("x")));
  start_engine();
  add_app("one", {"outbound:127.0.0.1"});
  add_app("two", {"outbound:127.0.0.1"});
  for (const auto* app : {"one", "two"}) {
    EXPECT_EQ(get(kLocal, server.port(), 1, app), "sent");
    log.wait_for("response 1: HTTP/1.1 200 OK|Content-Length: 1||x", app[0] == 'o' ? 1 : 2);
  }
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(HttpRequestTest, ANewGenerationLosesWhatItMayNotReach) {
  config.workers = 1;
  ScriptedServer server(answers(ok("x")));
  names.set("name.test", {"127.0.0.1"});
  start_fetching({"outbound:name.test", "outbound:127.0.0.1"});
  EXPECT_EQ(get("http://name.test", server.port(), 1), "sent");
  log.wait_for("response 1: HTTP/1.1 200 OK|Content-Length: 1||x");
  auto after = app_of("app", {"fetch"});
  after.permissions = {"outbound:name.test"};
  expect(engine->update_app(std::move(after)));
  EXPECT_EQ(get("http://name.test", server.port(), 2), "internal");
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpRequestTest, WhatCannotBeRepeatedHasAConnectionOfItsOwn) {
  config.workers = 1;
  ScriptedServer server(answers(ok("x")));
  start_fetching({"outbound:127.0.0.1"});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(send(kLocal, server.port(),
                   "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n", 1),
              "sent");
    log.wait_for("response 1: HTTP/1.1 200 OK|Content-Length: 1||x", i + 1);
  }
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(HttpRequestTest, AConnectionThatEndsWhileTheRequestIsWritten) {
  const auto resets = [](Visitor& visitor) {
    visitor.wait_for_begin();
    visitor.reset();
  };
  const auto certificate = certificates().issue("IP:127.0.0.1");
  ScriptedServer plain(resets);
  ScriptedServer tls(resets, &certificate);
  start_fetching({"outbound:127.0.0.1"});
  constexpr std::size_t kSize = std::size_t{7} << 20;  // More than waits in between.
  const auto request = concat("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ", kSize,
                              "\r\n\r\n", std::string(kSize, 'x'));
  EXPECT_EQ(send(kLocal, plain.port(), request, 1), "http-send-failed");
  EXPECT_EQ(send("https://127.0.0.1", tls.port(), request, 2), "https-send-failed");
  EXPECT_EQ(plain.connections(), 1U) << "it is not tried again";
  EXPECT_EQ(tls.connections(), 1U);
  for (const auto& line : log.lines()) EXPECT_FALSE(line.message.starts_with("response"));
}

TEST_F(HttpRequestTest, AStaleConnectionIsReplaced) {
  config.workers = 1;
  // Closes when it gets the second request of a connection, without a word.
  ScriptedServer server([](Visitor& visitor) {
    visitor.request();
    visitor.send(ok("x"));
    visitor.request();
  });
  start_fetching({"outbound:127.0.0.1"});
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(get(kLocal, server.port(), 1), "sent");
    log.wait_for("response 1: HTTP/1.1 200 OK|Content-Length: 1||x", i + 1);
  }
  EXPECT_EQ(server.connections(), 4U);
}

TEST_F(HttpRequestTest, AStaleConnectionIsReplacedOnce) {
  config.workers = 1;
  // The first connection is stale at its second request, and the next ones close as silently.
  std::atomic<int> visits = 0;
  ScriptedServer server([&](Visitor& visitor) {
    const bool is_first = visits++ == 0;
    visitor.request();
    if (!is_first) return;
    visitor.send(ok("x"));
    visitor.request();
  });
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get(kLocal, server.port(), 1), "sent");
  log.wait_for("response 1: HTTP/1.1 200 OK|Content-Length: 1||x");
  EXPECT_EQ(get(kLocal, server.port(), 2), "sent");
  log.wait_for("response 2: ");
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(HttpRequestTest, NothingIsTriedAgainOnceAByteOfTheResponseCame) {
  config.workers = 1;
  ScriptedServer server([](Visitor& visitor) {
    visitor.request();
    visitor.send(ok("x"));
    visitor.request();
    visitor.send("HTTP/1.1 2");
  });
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get(kLocal, server.port(), 1), "sent");
  log.wait_for("response 1: HTTP/1.1 200 OK|Content-Length: 1||x");
  EXPECT_EQ(get(kLocal, server.port(), 2), "sent");
  log.wait_for("response 2: ");
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpRequestTest, ACancelledCallClosesItsConnection) {
  std::promise<void> closed;
  ScriptedServer server([&](Visitor& visitor) {
    visitor.wait_for_end();
    closed.set_value();
  });
  start_engine();
  add_app("app", {"outbound:127.0.0.1"}, 300ms);
  EXPECT_THAT(get("https://127.0.0.1", server.port()), ::testing::HasSubstr("wall"));
  within_patience(closed.get_future());
}

TEST_F(HttpRequestTest, TenThousandCallsLeaveNothingBehind) {
  ScriptedServer server(answers(ok("x")));
  ScriptedServer closes([](Visitor& visitor) { visitor.request(); });
  std::uint16_t nobody = 0;
  {
    ScriptedServer gone(answers(""));
    nobody = gone.port();
  }
  options.idle_timeout = 100ms;
  start_fetching({"outbound:127.0.0.1"});
  get(kLocal, server.port(), 1);
  log.wait_for("response 1: HTTP/1.1 200 OK|Content-Length: 1||x");
  const auto before = Usage::now();
  const auto call = [&](int calls) {
    for (int i = 0; i < calls; i += 5) {
      EXPECT_EQ(get(kLocal, server.port()), "sent");
      EXPECT_EQ(get(kLocal, closes.port()), "sent");
      EXPECT_EQ(get(kLocal, nobody), "http-connection-failed");
      EXPECT_EQ(get("http://other.test", 80), "internal");
      EXPECT_EQ(send(kLocal, server.port(), "nothing"), "internal");
    }
  };
  call(kManyCalls / 10);
  const auto warm = Usage::now();
  call(kManyCalls);
  expect_no_more_memory(warm);
  // What was kept is closed soon; the test's servers have a descriptor and a thread for it.
  const auto begin = std::chrono::steady_clock::now();
  while (!(Usage::now() <= before)) {
    ASSERT_LT(std::chrono::steady_clock::now() - begin, kPatience);
    std::this_thread::yield();
  }
}

TEST_F(HttpRequestTest, AnAppThatStopsClosesItsConnections) {
  std::promise<void> closed;
  ScriptedServer server([&](Visitor& visitor) {
    visitor.wait_for_end();
    closed.set_value();
  });
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get(kLocal, server.port()), "sent");
  expect(engine->stop_app("local:app"));
  within_patience(closed.get_future());
}

}  // namespace
}  // namespace hermes::testing
