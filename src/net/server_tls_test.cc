// TLS of the server, over a socket.

#include "net/server_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "net/server_certificates.h"
#include "net/server_fixture.h"
#include "testing/engine/temporary_directory.h"
#include "testing/servers/certificates.h"
#include "testing/tls_client.h"

namespace hermes::net {
namespace {

using hermes::testing::Certificates;
using hermes::testing::TlsClient;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ServerTlsTest : public HttpServerTest {
 protected:
  void SetUp() override {
    issue("one.example");
    issue("two.example");
    auto opened = ServerCertificates::open(files);
    ASSERT_TRUE(opened) << opened.error().message();
    certificates = *std::move(opened);
    listen({.tls = certificates});
  }

  // As one of the server's, whose files may be written anew.
  void issue(const std::string& name, const std::string& as = {}) {
    const auto& file = as.empty() ? name : as;
    const CertificateFiles one{directory.path() / (file + ".pem"),
                               directory.path() / (file + ".key")};
    Certificates::write(authority.issue("DNS:" + name), one.certificate, one.key);
    if (as.empty()) files.push_back(one);
  }

  static std::string error_of(const std::vector<CertificateFiles>& bad) {
    const auto opened = ServerTls::open(bad);
    return opened ? "" : opened.error().message();
  }

  hermes::testing::TemporaryDirectory directory;
  Certificates authority;
  std::vector<CertificateFiles> files;
  std::shared_ptr<ServerCertificates> certificates;
};

TEST_F(ServerTlsTest, ServesTheCertificateOfTheNameAndTheFirstOtherwise) {
  const auto port = server->tls_port();
  EXPECT_TRUE(TlsClient(port, {.server_name = "two.example"}).is_for("two.example"));
  EXPECT_TRUE(TlsClient(port, {.server_name = "one.example"}).is_for("one.example"));
  EXPECT_TRUE(TlsClient(port, {.server_name = "three.example"}).is_for("one.example"));
  EXPECT_TRUE(TlsClient(port, {}).is_for("one.example"));
  EXPECT_EQ(server->urls().back(), concat("https://127.0.0.1:", port));
}

TEST_F(ServerTlsTest, AnswersByHttp1) {
  TlsClient c(server->tls_port(), {.protocols = "\x8http/1.1"});
  EXPECT_EQ(c.protocol(), "http/1.1");
  c.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  c.send("GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto all = c.receive(10'000'000);
  EXPECT_THAT(all, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(all.substr(0, 200), HasSubstr("\r\n\r\n/hello HTTP/1.1 200 OK"));
  EXPECT_GT(all.size(), 8'000'000U);
  EXPECT_EQ(static_cast<unsigned char>(all.back()), Pattern::at(4'999'999));
}

TEST_F(ServerTlsTest, SpeaksHttp2WithThoseThatOfferIt) {
  TlsClient c(server->tls_port(), {.protocols = "\x8http/1.1\x2h2"});
  EXPECT_EQ(c.protocol(), "h2");
  c.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  EXPECT_EQ(c.receive(4).back(), 4) << "the settings";
  TlsClient other(server->tls_port(), {.protocols = "\x6spdy/3"});
  EXPECT_FALSE(other.is_connected());
}

TEST_F(ServerTlsTest, SpeaksNothingThatIsWeak) {
  const auto port = server->tls_port();
  EXPECT_EQ(TlsClient(port, {}).version(), "TLSv1.3");
  EXPECT_EQ(TlsClient(port, {.version = TLS1_2_VERSION}).version(), "TLSv1.2");
  EXPECT_FALSE(TlsClient(port, {.version = TLS1_1_VERSION}).is_connected());
  EXPECT_FALSE(TlsClient(port, {.version = TLS1_VERSION}).is_connected());
  for (const char* ciphers : {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "AES256-SHA"}) {
    EXPECT_FALSE(TlsClient(port, {.version = TLS1_2_VERSION, .ciphers = ciphers}).is_connected());
  }
  EXPECT_TRUE(
      TlsClient(port, {.version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"})
          .is_connected());
}

TEST_F(ServerTlsTest, DropsWhatIsNoHandshakeAndServesOthers) {
  HttpClient plain(server->tls_port());
  plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(plain.receive().status, 0U);
  EXPECT_TRUE(TlsClient(server->tls_port(), {}).is_connected());
}

TEST_F(ServerTlsTest, TakesNewCertificatesWithoutDroppingConnections) {
  TlsClient before(server->tls_port(), {});
  EXPECT_FALSE(*certificates->reread(files)) << "they are the same";
  std::ofstream(files[0].certificate, std::ios::app) << std::ifstream(files[1].certificate).rdbuf();
  EXPECT_TRUE(*certificates->reread(files)) << "its chain is another";
  issue("three.example", "one.example");
  EXPECT_TRUE(*certificates->reread(files));
  EXPECT_TRUE(TlsClient(server->tls_port(), {}).is_for("three.example"));
  EXPECT_TRUE(before.is_for("one.example"));
  before.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(before.receive(15), "HTTP/1.1 200 OK");

  std::filesystem::remove(files[1].key);
  EXPECT_FALSE(certificates->reread(files).has_value());
  EXPECT_TRUE(TlsClient(server->tls_port(), {}).is_for("three.example")) << "as before";
}

TEST_F(ServerTlsTest, SaysWhatIsWrongWithAFile) {
  const auto of = [&](std::string_view file) { return directory.path() / file; };
  EXPECT_EQ(error_of({}), "TLS needs a certificate");
  EXPECT_THAT(error_of({{of("none.pem"), files[0].key}}),
              StartsWith(concat("certificate '", of("none.pem").string(), "': ")));
  std::ofstream(of("text.pem")) << "text\n";
  EXPECT_THAT(error_of({{of("text.pem"), files[0].key}}),
              StartsWith(concat("certificate '", of("text.pem").string(), "': ")));
  EXPECT_THAT(error_of({{files[0].certificate, of("text.pem")}}),
              StartsWith(concat("private key '", of("text.pem").string(), "': ")));
  EXPECT_THAT(error_of({files[0], {files[0].certificate, files[1].key}}),
              HasSubstr("private key '"));
}

}  // namespace
}  // namespace hermes::net
