// Whom the engine trusts when a guest asks for https.

#include <gtest/gtest.h>

#include <string>

#include "testing/engine/fetch_fixture.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto kRefused = "https-connection-failed";

class OutboundTlsTest : public FetchFixture {
 protected:
  // What a guest hears when it asks for https://good.test at a server with this certificate.
  std::string ask_server_with(const Certificate& certificate,
                              std::string_view uri = "https://good.test") {
    const ScriptedServer server(answers(ok("x")), &certificate);
    names.set("good.test", {"127.0.0.1"});
    start_fetching({"outbound:good.test", "outbound:127.0.0.1"});
    return get(uri, server.port(), 1);
  }
};

TEST_F(OutboundTlsTest, ACertificateOfAnAuthorityIsTrusted) {
  const auto certificate = certificates().issue("DNS:good.test");
  ScriptedServer server(answers(ok("x")), &certificate);
  names.set("good.test", {"127.0.0.1"});
  start_fetching({"outbound:good.test", "outbound:127.0.0.1"});
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(get("https://good.test", server.port(), 1), "sent");
    log.wait_for("response 1: HTTP/1.1 200 OK|Content-Length: 1||x", i);
  }
}

TEST_F(OutboundTlsTest, ACertificateForAnAddressIsTrusted) {
  EXPECT_EQ(ask_server_with(certificates().issue("IP:127.0.0.1"), "https://127.0.0.1"), "sent");
}

TEST_F(OutboundTlsTest, AWildcardIsForOneLabel) {
  const auto certificate = certificates().issue("DNS:*.good.test");
  ScriptedServer server(answers(ok("x")), &certificate);
  start_engine();
  for (const auto* name : {"a.good.test", "a.b.good.test", "good.test"}) {
    names.set(name, {"127.0.0.1"});
    add_app(name, {concat("outbound:", name), "outbound:127.0.0.1"});
  }
  EXPECT_EQ(get("https://a.good.test", server.port(), 0, "a.good.test"), "sent");
  EXPECT_EQ(get("https://a.b.good.test", server.port(), 0, "a.b.good.test"), kRefused);
  EXPECT_EQ(get("https://good.test", server.port(), 0, "good.test"), kRefused);
}

TEST_F(OutboundTlsTest, AWrongNameIsRefused) {
  EXPECT_EQ(ask_server_with(certificates().issue("DNS:other.test")), kRefused);
  log.wait_for_text("ostname mismatch");
}

TEST_F(OutboundTlsTest, AWrongAddressIsRefused) {
  EXPECT_EQ(ask_server_with(certificates().issue("DNS:good.test"), "https://127.0.0.1"), kRefused);
}

TEST_F(OutboundTlsTest, AnExpiredCertificateIsRefused) {
  EXPECT_EQ(ask_server_with(certificates().issue("DNS:good.test", -60s)), kRefused);
  log.wait_for_text("certificate has expired");
}

TEST_F(OutboundTlsTest, ASelfSignedCertificateIsRefused) {
  EXPECT_EQ(ask_server_with(Certificates::self_signed("DNS:good.test")), kRefused);
  log.wait_for_text("self-signed certificate");
}

TEST_F(OutboundTlsTest, ACertificateOfAnUnknownAuthorityIsRefused) {
  EXPECT_EQ(ask_server_with(Certificates().issue("DNS:good.test")), kRefused);
}

TEST_F(OutboundTlsTest, AServerWithoutTlsIsRefused) {
  ScriptedServer server([](Visitor& visitor) { visitor.send("HTTP/1.1 200 OK\r\n\r\n"); });
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get("https://127.0.0.1", server.port()), kRefused);
}

TEST_F(OutboundTlsTest, ABodyThatIsCutOffIsNoResponse) {
  const auto certificate = certificates().issue("DNS:good.test");
  // To its end, but without the word that it is the end.
  ScriptedServer server(
      [](Visitor& visitor) {
        visitor.request();
        visitor.send("HTTP/1.1 200 OK\r\n\r\nhalf");
        visitor.cut();
      },
      &certificate);
  names.set("good.test", {"127.0.0.1"});
  start_fetching({"outbound:good.test", "outbound:127.0.0.1"});
  EXPECT_EQ(get("https://good.test", server.port(), 1), "sent");
  log.wait_for("response 1: ");
}

}  // namespace
}  // namespace hermes::testing
