// Packages, as their authors make them and others run them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/packages_fixture.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class PackagesTest : public PackagesFixture {
 protected:
  // The package of hello, signed by Ada.
  std::string hello() const {
    auto file = package(example_app("hello"), "hello.happ");
    make_key("Ada");
    sign(file, "Ada");
    return file;
  }
};

TEST_F(PackagesTest, RunWhenTheirAuthorIsTrusted) {
  const auto package = hello();
  const auto refused = hermes({"run", package, "--port", "0"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.output,
              AllOf(HasSubstr("CN=Ada"), HasSubstr("nobody here trusts it"),
                    HasSubstr("hermes trust add " + package), HasSubstr("--untrusted")));
  EXPECT_EQ(hermes({"app", "verify", package}).code, 1);

  done({"trust", "add", path("Ada.pem")});
  EXPECT_THAT(done({"app", "verify", package}), HasSubstr("every file is as it was signed"));
  HermesProgram program({"run", package}, path("home"));
  program.wait_for_app("hello");
  EXPECT_EQ(program.curl("hello", "/api/hello").body, "hello");
  EXPECT_THAT(program.curl("hello", "/").body, HasSubstr("<html"));
  program.process().signal(SIGTERM);
  EXPECT_EQ(program.process().wait(), 0);
}

TEST_F(PackagesTest, OfAppsThatNobodyTrustsRunWhenSomebodySaysSo) {
  const auto package = path("hello.happ");
  done({"app", "package", example_app("hello"), "-o", package});
  const auto refused = hermes({"run", package, "--port", "0"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.output, HasSubstr("it is not signed"));
  HermesProgram program({"run", "--untrusted", package, example_app("pulse")}, path("home"));
  program.wait_for_app("hello");
  EXPECT_EQ(program.curl("hello", "/api/hello").body, "hello");
}

TEST_F(PackagesTest, ThatNobodyTrustsAreOfOneAppEach) {
  const auto hello = package(example_app("hello"), "hello.happ");
  const auto pulse = package(example_app("pulse"), "pulse.happ");
  HermesProgram program({"run", "--untrusted", hello, pulse}, path("home"));
  EXPECT_THAT(program.process().line_with("it is not signed"), HasSubstr("pulse.happ"));
  program.wait_for_app("hello");
  const auto loaded = program.ctl({"load", pulse});
  EXPECT_EQ(loaded.code, 1);
  EXPECT_THAT(loaded.output, HasSubstr("it is not signed"));
  EXPECT_EQ(program.ctl({"reload", "hello"}).code, 0) << "of this one it was said";
}

TEST_F(PackagesTest, ThatAreDamagedDoNotRunWhateverSomebodySays) {
  const auto package = hello();
  std::string bytes;
  {
    std::ifstream file(package, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  const auto at = bytes.find("\"name\"");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 1] = 'N';
  std::ofstream(package, std::ios::binary | std::ios::trunc) << bytes;
  const auto run = hermes({"run", "--untrusted", package, "--port", "0"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.output, HasSubstr("another digest"));
  EXPECT_THAT(hermes({"app", "verify", package}).output, HasSubstr("another digest"));
}

TEST_F(PackagesTest, AreReadOnceFromWhereTheyWereFound) {
  const auto package = hello();
  done({"trust", "add", package});
  HermesProgram program({"run", package}, path("home"));
  program.wait_for_app("hello");
  std::ofstream(package, std::ios::binary | std::ios::trunc) << "something else";
  EXPECT_THAT(program.curl("hello", "/").body, HasSubstr("<html"));
}

TEST_F(PackagesTest, AreSignedBySeveralAndCounterSigned) {
  const auto package = hello();
  make_key("Bob");
  make_key("Shop");
  sign(package, "Bob");
  sign(package, "Shop", {"--publisher"});
  done({"trust", "add", path("Ada.pem")});
  done({"trust", "add", path("Shop.pem")});
  const auto shown = done({"app", "inspect", package});
  EXPECT_THAT(shown, AllOf(HasSubstr("author     CN=Ada"), HasSubstr("publisher  CN=Shop"),
                           HasSubstr("author     CN=Bob"), HasSubstr("not trusted: 'CN=Bob'")));
  EXPECT_THAT(hermes({"run", package, "--port", "0"}).output, HasSubstr("CN=Bob"));
  EXPECT_THAT(done({"trust", "add", path("Bob.pem")}), HasSubstr("CN=Bob"));
  EXPECT_EQ(hermes({"app", "verify", package}).code, 0);
}

TEST_F(PackagesTest, OfAuthorsWhoseCertificateIsRevokedAreRefused) {
  const auto package = hello();
  done({"trust", "add", path("Ada.pem")});
  done({"trust", "revoke", path("Ada.pem")});
  EXPECT_THAT(done({"trust", "list"}),
              AllOf(HasSubstr("revoked  key "), Not(HasSubstr("trusted"))));
  EXPECT_THAT(done({"trust", "list", "-o", "json"}), HasSubstr(R"("revoked_keys":[")"));
  const auto run = hermes({"run", "--untrusted", package, "--port", "0"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.output, HasSubstr("is revoked"));
}

TEST_F(PackagesTest, TellWhatIsInThem) {
  const auto package = hello();
  EXPECT_THAT(
      done({"app", "inspect", package}),
      AllOf(HasSubstr("app hello "), HasSubstr("modules\n  hello  modules/"),
            HasSubstr("permissions\n  none"), HasSubstr("128 MiB"),
            HasSubstr(concat("  www/index.html  ",
                             fs::file_size(example_app("hello") + "/www/index.html"), " bytes"))));
}

TEST_F(PackagesTest, TellWhatTheirModulesNeedAndOffer) {
  const auto package = this->package(app_of_guest("cron_script").path(), "script.happ");
  EXPECT_THAT(done({"app", "inspect", package}),
              AllOf(HasSubstr("    imports\n"), HasSubstr("      hermes:cron/api#add\n"),
                    HasSubstr("    exports\n"), HasSubstr("      hermes:cron/event#on-cron\n")));
}

// Once it takes longer than a moment, in a terminal alone; and it is gone at the end.
TEST_F(PackagesTest, TellHowFarTheyAre) {
  const AppFolder app(R"({"name": "large", "version": "1.0.0", "modules": [], "share": "share"})");
  fs::create_directory(app.path() + "/share");
  const auto noise = concat("head -c 128000000 /dev/urandom >'", app.path(), "/share/noise'");
  ASSERT_EQ(run_program({"sh", "-c", noise}).code, 0);
  const auto typed = concat("'", HERMES_BINARY, "' app package '", app.path(), "' --output '",
                            path("large.happ"), "'");
  const auto shown = run_program({"script", "-q", "-e", "-c", typed, "/dev/null"});
  EXPECT_EQ(shown.code, 0);
  EXPECT_THAT(shown.output, AllOf(HasSubstr("packaging  ["), HasSubstr(" of 122 MiB"),
                                  HasSubstr(concat("\r\x1b[K", path("large.happ"), ": 2 files"))));
  EXPECT_THAT(done({"app", "package", app.path(), "-o", path("again.happ")}),
              Not(HasSubstr("packaging")));
}

TEST_F(PackagesTest, HoldModulesThatArePackagedThemselves) {
  const AppFolder module(R"({})", {"echo"});
  module.write("module.json", R"({"name": "echo", "version": "2.0.0", "component": "echo.wasm"})");
  const AppFolder app(
      R"({"name": "outer", "version": "1.0.0", "modules": [{"component": "inner.hmod"}]})");
  const auto inner = app.path() + "/inner.hmod";
  done({"module", "package", module.path(), "-o", inner});
  make_key("Ada");
  sign(inner, "Ada");
  EXPECT_THAT(hermes({"module", "verify", inner}).output, HasSubstr("nobody here trusts it"));
  EXPECT_THAT(done({"module", "inspect", inner}),
              AllOf(HasSubstr("module echo 2.0.0"), HasSubstr("CN=Ada")));
  const auto package = path("outer.happ");
  done({"app", "package", app.path(), "-o", package});
  EXPECT_THAT(done({"app", "inspect", package}),
              AllOf(HasSubstr("    echo 2.0.0"), HasSubstr("CN=Ada")));
  HermesProgram program({"run", "--untrusted", package}, path("home"));
  program.wait_for_app("outer");
  EXPECT_EQ(program.curl("outer", "/api/echo").status, 200);
}

TEST_F(PackagesTest, HoldAModuleOnce) {
  const AppFolder app(R"({"name": "twice", "version": "1.0.0", "modules": [)"
                      R"({"component": "echo.wasm"}, {"id": "b", "component": "copy.wasm"}]})",
                      {"echo"});
  fs::copy_file(app.path() + "/echo.wasm", app.path() + "/copy.wasm");
  const auto package = path("twice.happ");
  EXPECT_THAT(done({"app", "package", app.path(), "-o", package}), HasSubstr("2 files"));
  HermesProgram program({"run", "--untrusted", package}, path("home"));
  program.wait_for_app("twice");
}

TEST_F(PackagesTest, AreNotMadeOfLinks) {
  const AppFolder app(R"({"name": "linked", "version": "1.0.0", "modules": [], "www": "www"})");
  fs::create_directory(app.path() + "/www");
  fs::create_symlink("/etc/passwd", app.path() + "/www/a");
  const auto ended = hermes({"app", "package", app.path(), "-o", path("linked.happ")});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("app.json:1:"), HasSubstr("\"www/a\" is a symbolic link")));
  EXPECT_FALSE(fs::exists(path("linked.happ")));
}

TEST_F(PackagesTest, KeysAreNotWrittenOver) {
  make_key("Ada");
  const auto again = hermes({"key", "generate", "Ada", "-o", path("Ada")});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.output, HasSubstr("File exists"));
  EXPECT_EQ(fs::status(path("Ada.key")).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

}  // namespace
}  // namespace hermes::testing
