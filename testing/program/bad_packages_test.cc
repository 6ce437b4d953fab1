// Packages that are damaged, that find no room, and an engine that is killed while it is at them:
// nothing else is harmed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "control/connection.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/small_disk.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class BadPackagesTest : public ::testing::Test {
 protected:
  std::string path(std::string_view name) const { return (directory_.path() / name).string(); }

  Ended hermes(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--home", path("home")});
    return hermes_command(std::move(arguments));
  }
  std::string done(std::vector<std::string> arguments) const {
    const auto ended = hermes(arguments);
    EXPECT_EQ(ended.code, 0) << arguments[0] << ' ' << arguments[1] << ": " << ended.output;
    return ended.output;
  }

  // A package of the app, signed by somebody who is trusted in the test's home.
  std::string signed_package(const AppFolder& app, std::string_view name) const {
    auto package = path(name);
    done({"app", "package", app.path(), "-o", package});
    if (!fs::exists(path("Ada.key"))) {
      done({"key", "generate", "Ada", "-o", path("Ada")});
      done({"trust", "add", path("Ada.pem")});
    }
    done({"app", "sign", package, "--key", path("Ada.key"), "--cert", path("Ada.pem")});
    return package;
  }

  static std::string read(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static void write(const std::string& file, std::string_view bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  }

  // Names below the store of the test's home.
  std::vector<std::string> store() const {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(path("home/packages"), ignored)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

 private:
  TemporaryDirectory directory_;
};

// Without components, so that it is small: every byte counts, and is tried.
TEST_F(BadPackagesTest, ThatAreDamagedAnywhereAreRefusedByAnEngineThatServes) {
  const AppFolder small(R"({"name": "small", "version": "1.0.0", "modules": []})");
  const auto package = signed_package(small, "small.happ");
  const auto whole = read(package);
  HermesProgram program({"run", example_app("hello")}, path("home"));
  program.wait_for_app("hello");
  const auto load = [&](std::string_view bytes) {
    write(package, bytes);
    auto connection = control::Connection::open(path("home"));
    EXPECT_TRUE(connection.has_value());
    EXPECT_TRUE(connection->send(concat(R"({"command":"load","path":")", package, "\"}")));
    return connection->receive().value_or("nothing");
  };
  for (std::size_t i = 0; i < whole.size(); ++i) {
    ASSERT_THAT(load(std::string_view(whole).substr(0, i)), HasSubstr(R"({"ok":false,"error":)"))
        << "cut to " << i;
    auto flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ static_cast<char>(1U << (i % 8)));
    ASSERT_THAT(load(flipped), HasSubstr(R"({"ok":false,"error":)")) << "flipped at " << i;
  }
  ASSERT_THAT(load(whole + "\n"), HasSubstr(R"({"ok":false,"error":)"));
  EXPECT_EQ(program.curl("hello", "/api/hello").body, "hello");
  EXPECT_TRUE(store().empty());
  EXPECT_THAT(load(whole), HasSubstr(R"({"ok":true,)"));
}

TEST_F(BadPackagesTest, WhoseSignaturesWereTakenOutAreNotTheSameApp) {
  const auto package = signed_package(app_of_guest("echo"), "echo.happ");
  done({"app", "package", app_of_guest("echo").path(), "-o", path("stripped.happ")});
  const auto stripped = hermes({"run", path("stripped.happ"), "--port", "0"});
  EXPECT_EQ(stripped.code, 1);
  EXPECT_THAT(stripped.output, HasSubstr("it is not signed"));
  HermesProgram program({"run", package}, path("home"));
  program.wait_for_app("echo");
  EXPECT_THAT(program.ctl({"load", path("stripped.happ")}).output, HasSubstr("it is not signed"));
}

TEST_F(BadPackagesTest, OfWhatIsNoComponentAreRefusedWithTheReason) {
  const AppFolder text(
      R"({"name": "text", "version": "1.0.0", "modules": [{"component": "a.wasm"},)"
      R"( {"component": "b.wasm"}, {"component": "c.wasm"}]})",
      {"wants_sqlite"});
  text.write("a.wasm", "no component");
  text.write("b.wasm", std::string_view("\0asm\1\0\0\0", 8));
  text.write("c.wasm", guest("wrong_handler"));
  const auto package = signed_package(text, "text.happ");
  const auto run = hermes({"run", package, "--port", "0"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.output, AllOf(HasSubstr("module 'a': "), HasSubstr("module 'b': "),
                                HasSubstr("module 'c': it exports hermes:cron/event#on-cron")));
}

TEST_F(BadPackagesTest, AreNotLeftBehindHalfWhereTheDiskIsFull) {
  const AppFolder app(R"({"name": "large", "version": "1.0.0", "modules": [], "www": "www"})");
  fs::create_directory(app.path() + "/www");
  std::string noise(300'000, '\0');
  unsigned state = 1;
  for (auto& byte : noise) {
    state = state * 1'103'515'245U + 12'345U;
    byte = static_cast<char>(state >> 16U);
  }
  app.write("www/noise", noise);
  fs::create_directory(path("disk"));
  auto command = with_disk_of("64k", path("disk"));
  const auto script = concat("\"$0\" \"$@\"; echo code $?; ls -A '", path("disk"), "'");
  const std::string package = path("disk/large.happ");
  command.insert(command.end(),
                 {"sh", "-c", script, HERMES_BINARY, "app", "package", app.path(), "-o", package});
  const auto ended = run_program(command);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("No space left on device"), HasSubstr("code 1\n")));
  EXPECT_TRUE(ended.output.ends_with("code 1\n")) << ended.output;
}

TEST_F(BadPackagesTest, ThatFindNoRoomInTheStoreKeepNobodyElseFromRunning) {
  const AppFolder app(R"({"name": "large", "version": "1.0.0", "modules": [], "www": "www"})");
  fs::create_directory(app.path() + "/www");
  app.write("www/zeros", std::string(8'000'000, 'a'));
  const auto package = path("large.happ");
  done({"app", "package", app.path(), "-o", package});
  fs::create_directory(path("disk"));
  HermesProgram program({"run", "--untrusted", package, example_app("hello")}, path("disk"),
                        with_disk_of("4m", path("disk")));
  EXPECT_THAT(program.process().line_with("No space left on device"), HasSubstr("large.happ"));
  program.wait_for_app("hello");
  EXPECT_EQ(program.curl("hello", "/api/hello").body, "hello");
}

// Whenever it is killed: what follows finds the app, in one version or the other, and its data.
TEST_F(BadPackagesTest, AreWholeWhereverTheEngineWasKilledThatLoadsThem) {
  const auto version = [&](std::string_view number) {
    const AppFolder app(concat(R"({"name": "kv", "version": ")", number,
                               R"(", "modules": [{"component": "kv_script.wasm"}], )",
                               R"("kv": {"persistent": true}, "www": "www"})"),
                        {"kv_script"});
    fs::create_directory(app.path() + "/www");
    app.write("www/version", number);
    app.write("www/bulk", std::string(2'000'000, 'a'));
    return signed_package(app, concat(number, ".happ"));
  };
  const auto one = version("1.0.0");
  const auto count = [](HermesProgram& program) {
    const auto answer = program.curl("kv", "/api/kv-add/count", {"--data", "s64 1"});
    EXPECT_EQ(answer.status, 200);
    return answer.body;
  };
  long counted = 0;
  for (int round = 1; round <= 6; ++round) {
    const auto next = version(concat(round, ".1.0"));
    HermesProgram program({"run", one}, path("home"));
    program.wait_for_app("kv");
    EXPECT_EQ(count(program), counted == 0 ? "none" : concat("s64 ", counted));
    ++counted;
    auto connection = control::Connection::open(path("home"));
    ASSERT_TRUE(connection.has_value());
    ASSERT_TRUE(connection->send(concat(R"({"command":"load","path":")", next, "\"}")).has_value());
    // At another moment each time: before it begins, while it is unpacked, or after.
    const auto before = store().size();
    for (int i = 0; i < round * 200 && store().size() == before; ++i) {
    }
    program.process().signal(SIGKILL);
    EXPECT_EQ(program.process().wait(), 128 + SIGKILL);
  }
  HermesProgram program({"run", one}, path("home"));
  program.wait_for_app("kv");
  EXPECT_EQ(count(program), concat("s64 ", counted));
  EXPECT_EQ(program.ctl({"load", version("9.9.9")}).code, 0);
  EXPECT_EQ(program.curl("kv", "/version").body, "9.9.9");
  EXPECT_EQ(count(program), concat("s64 ", counted + 1));
  for (const auto& name : store()) EXPECT_FALSE(name.starts_with('.')) << name;
}

}  // namespace
}  // namespace hermes::testing
