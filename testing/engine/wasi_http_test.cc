// wasi:http/outgoing-handler from a real guest, by the client of hermes:http-request.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "testing/engine/fetch_fixture.h"
#include "testing/engine/usage.h"

namespace hermes::testing {
namespace {

// Of more than a request of hermes:http-request may have, and than what is between.
std::string large_body() {
  std::string body = "P";
  body.append(5'000'000, 'x').append(5'000'000, 'x');
  return body;
}

using namespace std::chrono_literals;

constexpr auto kLocal = "http://127.0.0.1";

class WasiHttpTest : public FetchFixture {
 protected:
  WasiHttpTest() { guest = "wasi_fetch"; }
};

TEST_F(WasiHttpTest, TheResponseArrives) {
  ScriptedServer server(answers(ok("hello")));
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get(kLocal, server.port()), "sent");
  log.wait_for("response 0: 200 hello");
}

TEST_F(WasiHttpTest, TheBodyOfARequestIsSent) {
  std::promise<std::string> request;
  ScriptedServer server([&](Visitor& visitor) {
    request.set_value(visitor.request());
    visitor.send(ok("x"));
  });
  start_fetching({"outbound:127.0.0.1"});
  const auto body = concat("P", std::string(100'000, 'x'));
  EXPECT_EQ(send(kLocal, server.port(), body), "sent");
  const auto seen = within_patience(request.get_future());
  EXPECT_TRUE(seen.starts_with("POST / HTTP/1.1\r\n")) << seen.substr(0, 100);
  EXPECT_THAT(seen, ::testing::HasSubstr("\r\ntransfer-encoding: chunked\r\n"));
  EXPECT_TRUE(seen.ends_with(body));
}

TEST_F(WasiHttpTest, TheCertificateIsChecked) {
  const auto good = certificates().issue("DNS:good.test");
  const auto wrong = certificates().issue("DNS:other.test");
  const auto expired = certificates().issue("DNS:good.test", -60s);
  const auto own = Certificates::self_signed("DNS:good.test");
  names.set("good.test", {"127.0.0.1"});
  start_fetching({"outbound:good.test", "outbound:127.0.0.1"});
  const auto ask_with = [&](const Certificate& certificate) {
    const ScriptedServer server(answers(ok("x")), &certificate);
    return get("https://good.test", server.port());
  };
  EXPECT_EQ(ask_with(good), "sent");
  for (const auto& certificate : {wrong, expired, own}) {
    EXPECT_EQ(ask_with(certificate), "error 13") << "TLS-certificate-error";
  }
}

TEST_F(WasiHttpTest, FailuresHaveTheirErrors) {
  std::uint16_t nobody = 0;
  {
    ScriptedServer gone(answers(""));
    nobody = gone.port();
  }
  ScriptedServer closes([](Visitor& visitor) { visitor.request(); });
  ScriptedServer silent([](Visitor& visitor) { visitor.wait_for_end(); });
  start_fetching({"outbound:127.0.0.1", "outbound:nowhere.test"});
  EXPECT_EQ(get(kLocal, nobody), "error 6") << "connection-refused";
  EXPECT_EQ(get("http://nowhere.test", 80), "error 1") << "DNS-error";
  EXPECT_EQ(get("http://other.test", 80), "error 15") << "HTTP-request-denied";
  EXPECT_EQ(get(kLocal, closes.port()), "error 25") << "HTTP-response-incomplete";
  EXPECT_EQ(get(kLocal, silent.port(), 1), "error 9") << "connection-read-timeout";
}

TEST_F(WasiHttpTest, APeerThatHangsHasItsTime) {
  ScriptedServer silent([](Visitor& visitor) { visitor.wait_for_end(); });
  ScriptedServer slow([](Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi");
    visitor.wait_for_end();
  });
  options.response_timeout = 200ms;
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get(kLocal, silent.port()), "error 33") << "HTTP-response-timeout";
  EXPECT_EQ(get(kLocal, slow.port()), "sent") << "as far as it came";
  log.wait_for_text("nothing more of the response in time");
}

TEST_F(WasiHttpTest, AnAppHasOnlySoManyRequestsUnderWay) {
  std::promise<void> asked;
  ScriptedServer silent([&](Visitor& visitor) {
    visitor.request();
    asked.set_value();
    visitor.wait_for_end();
  });
  ScriptedServer server(answers(ok("x")));
  options.requests = 1;
  config.grace = 0s;
  start_engine();
  add_app("full", {"outbound:127.0.0.1"});
  add_app("app", {"outbound:127.0.0.1"});
  auto waiting = post("full", event(kLocal, silent.port(), get_request(kLocal), 0));
  within_patience(asked.get_future());
  EXPECT_EQ(get(kLocal, server.port(), 0, "full"), "error 11") << "connection-limit-reached";
  EXPECT_EQ(get(kLocal, server.port()), "sent") << "others have their own";
  engine->stop();
  EXPECT_EQ(within_patience(waiting).replies.at(0).error().code(), Code::Stopping);
}

TEST_F(WasiHttpTest, ABodyIsSentAsItIsWritten) {
  std::promise<std::size_t> size;
  ScriptedServer server([&](Visitor& visitor) {
    visitor.head();
    std::size_t all = 0;
    for (auto piece = visitor.chunk(); !piece.empty(); piece = visitor.chunk()) all += piece.size();
    size.set_value(all);
    visitor.send(ok("x"));
  });
  start_fetching({"outbound:127.0.0.1"});
  const auto body = large_body();
  EXPECT_EQ(send(kLocal, server.port(), body), "sent");
  EXPECT_EQ(within_patience(size.get_future()), body.size());
}

TEST_F(WasiHttpTest, AResponseMayComeBeforeTheRequestIsWhole) {
  ScriptedServer server([](Visitor& visitor) {
    visitor.head();
    visitor.send("HTTP/1.1 413 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
    visitor.wait_for_end();
  });
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(send(kLocal, server.port(), large_body()), "sent");
  log.wait_for("response 0: 413 no");
}

TEST_F(WasiHttpTest, AFailureIsARecordOfTheLog) {
  names.set("mixed.test", {"127.0.0.1", "10.0.0.1"});
  start_fetching({"outbound:mixed.test"});
  EXPECT_EQ(get("http://mixed.test", 80), "error 4") << "destination-IP-prohibited";
  log.wait_for_text("mixed.test:80: host 'mixed.test' has the address");
  for (const auto* address : {"127.0.0.1", "10.0.0.1"}) log.wait_for_text(address);
}

TEST_F(WasiHttpTest, ACancelledCallClosesItsConnection) {
  std::promise<void> closed;
  ScriptedServer server([&](Visitor& visitor) {
    visitor.wait_for_end();
    closed.set_value();
  });
  start_engine();
  add_app("app", {"outbound:127.0.0.1"}, 300ms);
  EXPECT_THAT(get(kLocal, server.port()), ::testing::HasSubstr("wall"));
  within_patience(closed.get_future());
}

TEST_F(WasiHttpTest, TenThousandCallsLeaveNothingBehind) {
  ScriptedServer server(answers(ok("x")));
  start_fetching({"outbound:127.0.0.1"});
  const auto call = [&](int times) {
    for (int i = 0; i < times; ++i) EXPECT_EQ(get(kLocal, server.port()), "sent");
  };
  call(kManyCalls / 10);
  const auto before = Usage::now();
  call(kManyCalls);
  const auto after = Usage::now();
  EXPECT_LE(after.descriptors, before.descriptors + 2) << "one kept for each worker";
  EXPECT_LE(after.threads, before.threads);
  expect_no_more_memory(before);
}

}  // namespace
}  // namespace hermes::testing
