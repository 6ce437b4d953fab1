// Packages whose signers cannot be believed, and what those who run them are told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/packages_fixture.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class SignersTest : public PackagesFixture {
 protected:
  void openssl(std::string_view arguments) const {
    const auto ended =
        run_program({"sh", "-c", concat("cd '", path(""), "' && openssl ", arguments)});
    ASSERT_EQ(ended.code, 0) << arguments << ": " << ended.output;
  }
  void make_request() const {
    openssl("genpkey -algorithm ed25519 -out Ada.key");
    openssl("req -new -key Ada.key -subj /CN=Ada -out Ada.csr");
  }

  // What `hermes run` says of a package that Ada has signed, whose certificate is trusted.
  std::string refusal() const {
    const auto file = package(app_of_guest("echo").path(), "echo.happ");
    sign(file, "Ada");
    done({"trust", "add", path("Ada.pem")});
    const auto run = hermes({"run", file, "--port", "0"});
    EXPECT_EQ(run.code, 1);
    EXPECT_EQ(hermes({"app", "verify", file}).code, 1);
    return run.output;
  }
};

TEST_F(SignersTest, WhoseCertificateHasExpiredAreNotBelieved) {
  make_request();
  openssl("x509 -req -in Ada.csr -signkey Ada.key -days -1 -out Ada.pem");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("'CN=Ada'"), HasSubstr("certificate has expired")));
}

TEST_F(SignersTest, WhoseCertificateIsNotYetValidAreNotBelieved) {
  make_request();
  std::ofstream(path("index.txt")) << "";
  std::ofstream(path("ca.cnf")) << "[ca]\ndefault_ca=here\n[here]\ndatabase=index.txt\n"
                                   "new_certs_dir=.\nrand_serial=yes\ndefault_md=default\n"
                                   "policy=any\n[any]\ncommonName=supplied\n";
  openssl(
      "ca -config ca.cnf -selfsign -batch -notext -keyfile Ada.key -in Ada.csr -out Ada.pem "
      "-startdate 20900101000000Z -enddate 20910101000000Z");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("'CN=Ada'"), HasSubstr("not yet valid")));
}

TEST_F(SignersTest, WhoseCertificateIsForSomethingElseCannotSign) {
  make_request();
  for (const std::string usage :
       {"keyUsage=critical,keyEncipherment", "extendedKeyUsage=serverAuth"}) {
    openssl(concat("req -x509 -key Ada.key -subj /CN=Ada -addext ", usage, " -out Ada.pem"));
    const auto file = package(app_of_guest("echo").path(), "echo.happ");
    const auto refused =
        hermes({"app", "sign", file, "--key", path("Ada.key"), "--cert", path("Ada.pem")});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.output, HasSubstr("does not allow")) << usage;
  }
}

// Keys, requests and certificates are those of the program `openssl`, and it reads ours.
TEST_F(SignersTest, OfAnAuthorityThatIsTrustedAreBelieved) {
  openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key "
      "-subj /CN=Root -out root.pem");
  make_request();
  std::ofstream(path("usage")) << "keyUsage=digitalSignature\nextendedKeyUsage=codeSigning\n";
  openssl(
      "x509 -req -in Ada.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile usage "
      "-out Ada.pem");
  const auto file = package(app_of_guest("echo").path(), "echo.happ");
  sign(file, "Ada");
  EXPECT_THAT(hermes({"run", file, "--port", "0"}).output, HasSubstr("nobody here trusts it"));
  done({"trust", "add", path("root.pem")});
  HermesProgram program({"run", file}, path("home"));
  program.wait_for_app("echo");
  EXPECT_EQ(program.curl("echo", "/api").status, 200);
  make_key("Bob");
  openssl("pkey -in Bob.key -check -noout");
  openssl("verify -CAfile Bob.pem -check_ss_sig Bob.pem");
}

// The signatures of one package in another, whose files they are not for.
TEST_F(SignersTest, OfAnotherPackageHaveNotSignedThisOne) {
  const auto mine = signed_package(app_of_guest("echo").path(), "mine.happ");
  const auto other = signed_package(app_of_guest("sleep").path(), "other.happ");
  // Both are as long; the archive's checksums are made to fit.
  const auto script = R"(
import struct, sys, zipfile, zlib
mine, other, made = sys.argv[1:]
name = "META/signatures.cose"
old, new = (zipfile.ZipFile(file).read(name) for file in (mine, other))
assert len(old) == len(new) and old != new
data = open(mine, "rb").read().replace(old, new)
checksums = [struct.pack("<I", zlib.crc32(content)) for content in (old, new)]
open(made, "wb").write(data.replace(*checksums))
)";
  const auto made = run_program({"python3", "-c", script, mine, other, path("made.happ")});
  ASSERT_EQ(made.code, 0) << made.output;
  const auto run = hermes({"run", path("made.happ"), "--port", "0"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.output, HasSubstr("the signature by 'CN=Ada'")) << run.output;
  EXPECT_THAT(run.output, HasSubstr("is wrong"));
}

}  // namespace
}  // namespace hermes::testing
