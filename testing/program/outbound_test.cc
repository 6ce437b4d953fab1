// Requests to other hosts from the built program, by hermes:http-request and by wasi:http: whom it
// trusts is what the machine trusts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/engine/temporary_directory.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/servers/certificates.h"
#include "testing/servers/scripted_server.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

class OutboundProgram : public ::testing::Test {
 protected:
  /// `variable` is of the engine's environment: "SSL_CERT_FILE=/a/file".
  void start(const std::string& variable) {
    hermes_ = std::make_unique<HermesProgram>(std::vector<std::string>{"run", app_.path()},
                                              std::vector<std::string>{"env", variable});
    hermes_->wait_for_app("every");
  }

  /// Asks the server by both, and says for which of them it worked.
  void expect_answers(std::string_view scheme, bool worked) {
    const auto body = concat(scheme, "://127.0.0.1 ", server_->port());
    const auto answer = hermes_->curl("every", "/api/works", {"--data", body});
    EXPECT_EQ(answer.status, 200);
    for (const auto* interface : {"hermes:http-request/api\n", "wasi:http/outgoing-handler\n"}) {
      EXPECT_EQ(answer.body.find(interface) != std::string::npos, worked) << interface;
    }
    if (worked) hermes_->process().line_with(concat("response 7: ", ok("x").size(), " bytes"));
  }

  /// As OpenSSL looks for it in a directory of certificates.
  std::string name_by_subject() const {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
        std::fopen(certificates_.authority_file().c_str(), "r"), std::fclose);
    const std::unique_ptr<X509, void (*)(X509*)> authority(
        PEM_read_X509(file.get(), nullptr, nullptr, nullptr), X509_free);
    std::array<char, 16> name{};
    std::snprintf(name.data(), name.size(), "%08lx.0", X509_subject_name_hash(authority.get()));
    return name.data();
  }

  const Certificates certificates_;
  const Certificate certificate_ = certificates_.issue("IP:127.0.0.1");
  std::optional<ScriptedServer> server_;
  const AppFolder app_ =
      app_of_guest("every", R"(, "permissions": ["cron", "ipfs", "outbound:127.0.0.1"])");
  std::unique_ptr<HermesProgram> hermes_;
};

TEST_F(OutboundProgram, ReachesAServerWithoutTls) {
  server_.emplace(answers(ok("x")));
  start("LANG=C");
  expect_answers("http", true);
}

TEST_F(OutboundProgram, TrustsWhatTheFileOfTheSystemHolds) {
  server_.emplace(answers(ok("x")), &certificate_);
  start(concat("SSL_CERT_FILE=", certificates_.authority_file().string()));
  expect_answers("https", true);
}

TEST_F(OutboundProgram, TrustsWhatTheDirectoryOfTheSystemHolds) {
  const TemporaryDirectory trusted;
  std::filesystem::copy_file(certificates_.authority_file(), trusted.path() / name_by_subject());
  server_.emplace(answers(ok("x")), &certificate_);
  start(concat("SSL_CERT_DIR=", trusted.path().string()));
  expect_answers("https", true);
}

TEST_F(OutboundProgram, TrustsNobodyElse) {
  server_.emplace(answers(ok("x")), &certificate_);
  start("LANG=C");
  expect_answers("https", false);
  EXPECT_THAT(hermes_->process().line_with("certificate"), HasSubstr("127.0.0.1"));
}

}  // namespace
}  // namespace hermes::testing
