// Software of others that talks HTTP, in front of the built program: with TLS and without, by both
// versions.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "testing/engine/temporary_directory.h"
#include "testing/program/app_folder.h"
#include "testing/program/browser.h"
#include "testing/program/hermes_program.h"
#include "testing/servers/certificates.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Answers to https://hello.localhost and to https://other.localhost by certificates of their own.
class HttpClients : public ::testing::Test {
 protected:
  HttpClients() {
    issue("hello.localhost,DNS:localhost", "hello");
    issue("other.localhost", "other");
    folder_.write("hermes.toml",
                  concat("[http]\naddress = \"127.0.0.1 ::1\"\ndefault_app = \"hello\"\n",
                         certificate("hello"), certificate("other")));
    hermes_ = std::make_unique<HermesProgram>(std::vector<std::string>{
        "run", example_app("hello"), "--config", folder_.path() + "/hermes.toml"});
    hermes_->wait_for_app("hello");
  }

  // Writes the files anew, if they are there already.
  void issue(const std::string& host, const std::string& file) {
    Certificates::write(authority_.issue("DNS:" + host), concat(folder_.path(), "/", file, ".pem"),
                        concat(folder_.path(), "/", file, ".key"));
  }

  std::string certificate(std::string_view file) const {
    return concat("[[http.certificates]]\ncertificate = \"", folder_.path(), "/", file,
                  ".pem\"\nkey = \"", folder_.path(), "/", file, ".key\"\n");
  }

  std::uint16_t tls_port() {
    constexpr std::string_view kSecure = "listening on https://127.0.0.1:";
    const auto line = hermes_->process().line_with(kSecure);
    const auto* begin = line.data() + line.find(kSecure) + kSecure.size();
    std::uint16_t port = 0;
    std::from_chars(begin, line.data() + line.size(), port);
    return port;
  }

  std::string secure_url(std::string_view app = "hello") {
    return concat("https://", app, ".localhost:", tls_port(), "/api/hello");
  }

  // By the name that every resolver knows.
  std::string url_of_machine(bool is_secure) {
    return is_secure ? concat("https://localhost:", tls_port(), "/api/hello")
                     : concat("http://localhost:", hermes_->port(), "/api/hello");
  }

  std::string curl(std::vector<std::string> options) {
    std::vector<std::string> arguments = {"curl",
                                          "--silent",
                                          "--show-error",
                                          "--max-time",
                                          "20",
                                          "--cacert",
                                          authority_.authority_file().string(),
                                          "--write-out",
                                          " by %{http_version} %{http_code}"};
    for (auto& option : options) arguments.push_back(std::move(option));
    return run_program(std::move(arguments)).output;
  }

  std::string openssl(std::vector<std::string> options) {
    std::vector<std::string> arguments = {"timeout",  "20",       "openssl",
                                          "s_client", "-connect", concat("127.0.0.1:", tls_port())};
    for (auto& option : options) arguments.push_back(std::move(option));
    std::string command = "exec </dev/null";
    for (const auto& argument : arguments)
      command += concat(argument == "timeout" ? "; " : " ", argument);
    return run_program({"sh", "-c", command}).output;
  }

  Certificates authority_;
  AppFolder folder_{"{}"};
  std::unique_ptr<HermesProgram> hermes_;
};

TEST_F(HttpClients, Curl) {
  const auto plain = hermes_->url("hello", "/api/hello");
  EXPECT_EQ(curl({"--http1.1", plain}), "hello by 1.1 200");
  EXPECT_EQ(curl({"--http1.0", plain}), "hello by 1.1 200");
  EXPECT_EQ(curl({"--http2-prior-knowledge", plain}), "hello by 2 200");
  EXPECT_EQ(curl({"--http2", plain}), "hello by 1.1 200") << "an upgrade that is declined";
  EXPECT_EQ(curl({"--http1.1", secure_url()}), "hello by 1.1 200");
  EXPECT_EQ(curl({"--http2", secure_url()}), "hello by 2 200");
  EXPECT_EQ(curl({"--http2", "--tls-max", "1.2", secure_url()}), "hello by 2 200");
  EXPECT_EQ(curl({"-4", plain}), "hello by 1.1 200");
  EXPECT_EQ(curl({"--globoff", "--header", "Host: hello.localhost",
                  concat("http://[::1]:", hermes_->port(), "/api/hello")}),
            "hello by 1.1 200");
  EXPECT_THAT(curl({"--http2", "--head", secure_url()}), HasSubstr("by 2 404"))
      << "hello answers to GET alone";
  EXPECT_THAT(curl({"--http2", secure_url("other")}), HasSubstr("by 2 421"))
      << "there is a certificate, and no app";
}

TEST_F(HttpClients, CurlSendsLargeBodies) {
  folder_.write("body", std::string(7'000'000, 'x'));
  const std::string part(4'500'000, 'x');
  folder_.write("too-large", part + part);
  for (const char* version : {"--http1.1", "--http2"}) {
    const auto data = [&](std::string_view file) { return concat("@", folder_.path(), "/", file); };
    EXPECT_THAT(curl({version, "--request", "GET", "--data-binary", data("body"), secure_url()}),
                HasSubstr(" 200"));
    EXPECT_THAT(curl({version, "--request", "GET", "--data-binary", data("body"), "--header",
                      "Transfer-Encoding: chunked", hermes_->url("hello", "/api/hello")}),
                HasSubstr(" 200"));
    EXPECT_THAT(
        curl({version, "--request", "GET", "--data-binary", data("too-large"), secure_url()}),
        HasSubstr(" 413"));
  }
}

TEST_F(HttpClients, OpenSslFindsTlsAsItShouldBe) {
  const auto modern = openssl({"-servername", "hello.localhost", "-alpn", "h2,http/1.1"});
  EXPECT_THAT(modern, HasSubstr("TLSv1.3"));
  EXPECT_THAT(modern, HasSubstr("ALPN protocol: h2"));
  EXPECT_THAT(openssl({"-tls1_2", "-alpn", "http/1.1"}), HasSubstr("ALPN protocol: http/1.1"));
  EXPECT_THAT(openssl({"-tls1_2"}), HasSubstr("Secure Renegotiation IS supported"));
  EXPECT_THAT(openssl({"-tls1_2"}), HasSubstr("Compression: NONE"));
  EXPECT_THAT(openssl({"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}),
              HasSubstr("alert protocol version"));
  EXPECT_THAT(openssl({"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"}),
              HasSubstr("alert handshake failure"));
  const auto other = openssl({"-servername", "other.localhost", "-showcerts"});
  EXPECT_THAT(other, Not(HasSubstr(openssl({"-servername", "hello.localhost", "-showcerts"}))));
}

TEST_F(HttpClients, PythonByRequestsAndHttpx) {
  folder_.write("client.py", R"(import sys, requests, httpx
plain, secure, authority = sys.argv[1:]
s = requests.Session()
s.trust_env = False
for url in (plain, secure):
    for _ in range(3):
        assert s.get(url, verify=authority).text == "hello"
    assert s.request("GET", url, data=(b"x" for _ in range(10)), verify=authority).text == "hello"
with httpx.Client(http2=True, verify=authority, trust_env=False) as c:
    for _ in range(3):
        answer = c.get(secure)
        assert (answer.text, answer.http_version) == ("hello", "HTTP/2"), answer.http_version
    assert c.get(plain).http_version == "HTTP/1.1"
print("python is content")
)");
  EXPECT_THAT(run_program({"/usr/bin/python3", folder_.path() + "/client.py", url_of_machine(false),
                           url_of_machine(true), authority_.authority_file().string()})
                  .output,
              HasSubstr("python is content"));
}

TEST_F(HttpClients, NodeByFetch) {
  folder_.write("client.mjs", R"(const text = async (url, options) => {
  const answer = await fetch(url, options);
  if (answer.status !== 200) throw new Error(`${answer.status}`);
  return answer.text();
};
for (const url of process.argv.slice(2)) {
  if (await text(url) !== "hello") throw new Error("another text");
  const posted = await fetch(url, {method: "POST", body: "x".repeat(100000)});
  if (posted.status !== 404) throw new Error("hello answers to GET alone");
  const all = await Promise.all([...Array(20)].map(() => text(url)));
  if (all.some((one) => one !== "hello")) throw new Error("another text of many");
}
console.log("node is content");
)");
  EXPECT_THAT(run_program({"node", folder_.path() + "/client.mjs", url_of_machine(false),
                           url_of_machine(true)},
                          {concat("NODE_EXTRA_CA_CERTS=", authority_.authority_file().string())})
                  .output,
              HasSubstr("node is content"));
}

TEST_F(HttpClients, ABrowserByHttp2) {
  EXPECT_THAT(browse(secure_url(), "hello", {"--ignore-certificate-errors"}), HasSubstr("hello"));
}

// While clients are served all the time.
TEST_F(HttpClients, GetNewCertificatesWithoutBeingDropped) {
  const auto before = openssl({"-servername", "hello.localhost", "-showcerts"});
  std::atomic<bool> is_over = false;
  std::atomic<int> failures = 0;
  std::thread clients([&] {
    while (!is_over) {
      std::vector<std::string> many;
      for (int i = 0; i < 50; ++i) many.push_back(secure_url());
      const auto output = curl(std::move(many));
      int good = 0;
      for (auto at = output.find("hello by 2 200"); at != output.npos;
           at = output.find("hello by 2 200", at + 1)) {
        ++good;
      }
      if (good != 50) ++failures;
    }
  });
  for (int i = 0; i < 5; ++i) {
    issue("hello.localhost", "hello");
    hermes_->process().signal(SIGHUP);
    const auto ended = hermes_->ctl({"reload-config"});
    EXPECT_EQ(ended.code, 0) << ended.output;
  }
  is_over = true;
  clients.join();
  EXPECT_EQ(failures, 0);
  EXPECT_NE(openssl({"-servername", "hello.localhost", "-showcerts"}), before);

  folder_.write("hello.key", "no key\n");
  const auto refused = hermes_->ctl({"reload-config"});
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.output, HasSubstr("hello.key"));
  EXPECT_EQ(curl({secure_url()}), "hello by 2 200") << "as before";
}

// Without TLS, a client of HTTP/2 is known by its preface, and others get HTTP/1.1.
TEST_F(HttpClients, H2SpecIsContent) {
  for (const bool is_secure : {true, false}) {
    std::vector<std::string> arguments = {concat(HERMES_SOURCE_DIR, "/scripts/h2spec"),
                                          "--host",
                                          "127.0.0.1",
                                          "--path",
                                          "/api/hello",
                                          "--timeout",
                                          "5",
                                          "--port",
                                          std::to_string(is_secure ? tls_port() : hermes_->port())};
    if (is_secure) {
      arguments.emplace_back("--tls");
      arguments.emplace_back("--insecure");
    }
    const auto spec = run_program(std::move(arguments));
    EXPECT_EQ(spec.code, 0) << spec.output;
    EXPECT_THAT(spec.output, HasSubstr("145 tests, 145 passed")) << spec.output;
  }
}

}  // namespace
}  // namespace hermes::testing
