// Packages that are damaged, or find no room: nothing else is harmed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "control/connection.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/packages_fixture.h"
#include "testing/program/small_disk.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class BadPackagesTest : public PackagesFixture {
 protected:
  static std::string read(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static void write(const std::string& file, std::string_view bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  }
};

// Without components, so that it is small: every byte counts, and is tried.
TEST_F(BadPackagesTest, ThatAreDamagedAnywhereAreRefusedByAnEngineThatServes) {
  const AppFolder small(R"({"name": "small", "version": "1.0.0", "modules": []})");
  const auto file = signed_package(small.path(), "small.happ");
  const auto whole = read(file);
  HermesProgram program({"run", example_app("hello")}, path("home"));
  program.wait_for_app("hello");
  const auto load = [&](std::string_view bytes) {
    write(file, bytes);
    auto connection = control::Connection::open(path("home"));
    EXPECT_TRUE(connection.has_value());
    EXPECT_TRUE(connection->send(concat(R"({"command":"load","path":")", file, "\"}")));
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
  const auto file = signed_package(app_of_guest("echo").path(), "echo.happ");
  package(app_of_guest("echo").path(), "stripped.happ");
  const auto stripped = hermes({"run", path("stripped.happ"), "--port", "0"});
  EXPECT_EQ(stripped.code, 1);
  EXPECT_THAT(stripped.output, HasSubstr("it is not signed"));
  HermesProgram program({"run", file}, path("home"));
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
  const auto file = signed_package(text.path(), "text.happ");
  const auto run = hermes({"run", file, "--port", "0"});
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
  const std::string file = path("disk/large.happ");
  command.insert(command.end(),
                 {"sh", "-c", script, HERMES_BINARY, "app", "package", app.path(), "-o", file});
  const auto ended = run_program(command);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("No space left on device"), HasSubstr("code 1\n")));
  EXPECT_TRUE(ended.output.ends_with("code 1\n")) << ended.output;
}

TEST_F(BadPackagesTest, ThatFindNoRoomInTheStoreKeepNobodyElseFromRunning) {
  const AppFolder app(R"({"name": "large", "version": "1.0.0", "modules": [], "www": "www"})");
  fs::create_directory(app.path() + "/www");
  app.write("www/zeros", std::string(8'000'000, 'a'));
  const auto file = package(app.path(), "large.happ");
  fs::create_directory(path("disk"));
  HermesProgram program({"run", "--untrusted", file, example_app("hello")}, path("disk"),
                        with_disk_of("4m", path("disk")));
  EXPECT_THAT(program.process().line_with("No space left on device"), HasSubstr("large.happ"));
  program.wait_for_app("hello");
  EXPECT_EQ(program.curl("hello", "/api/hello").body, "hello");
}

}  // namespace
}  // namespace hermes::testing
