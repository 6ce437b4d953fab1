// An engine that is killed at any moment, while it loads a package, changes to another version, or
// writes: what follows finds the app in one version or the other, and all that it has kept.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/strings.h"
#include "control/connection.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/packages_fixture.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using ::testing::AnyOf;

constexpr int kKills = 30;

class KillTest : public PackagesFixture {
 protected:
  // An app that keeps keys, and files that take a moment to unpack.
  std::string version(std::string_view number) const {
    const AppFolder app(concat(R"({"name": "kv", "version": ")", number,
                               R"(", "modules": [{"component": "kv_script.wasm"}], )",
                               R"("kv": {"persistent": true}, "www": "www"})"),
                        {"kv_script"});
    fs::create_directory(app.path() + "/www");
    app.write("www/version", number);
    app.write("www/bulk", std::string(4'000'000, 'a'));
    return signed_package(app.path(), concat(number, ".happ"));
  }

  // Within what takes so long when nobody kills it.
  void wait_a_while(Clock::duration longest) {
    const auto share = std::uniform_real_distribution<>(0, 1)(random_);
    std::this_thread::sleep_for(share * longest);
  }

  static void kill(HermesProgram& program) {
    program.process().signal(SIGKILL);
    EXPECT_EQ(program.process().wait(), 128 + SIGKILL);
  }

  // Takes packages that were unpacked out of the store, but for some.
  void forget_packages_but(const std::vector<std::string>& kept) const {
    for (const auto& name : store()) {
      const bool is_kept = std::ranges::find(kept, name) != kept.end();
      if (!is_kept && !name.starts_with('.')) fs::remove_all(path("home/packages/" + name));
    }
  }

  static Answer count(HermesProgram& program) {
    return program.curl("kv", "/api/kv-add/count", {"--data", "s64 1"});
  }

  // Nothing is left that an engine has begun: the next that unpacks has removed it.
  void expect_whole_store() const {
    for (const auto& name : store()) EXPECT_FALSE(name.starts_with('.')) << name;
  }

 private:
  std::mt19937 random_{std::random_device()()};
};

TEST_F(KillTest, WhileAPackageIsLoaded) {
  const auto package = version("1.0.0");
  const auto begin = Clock::now();
  {
    HermesProgram program({"run", package}, path("home"));
    program.wait_for_app("kv");
  }
  const auto longest = Clock::now() - begin;
  for (int i = 0; i < kKills; ++i) {
    forget_packages_but({});
    HermesProgram program({"run", package}, path("home"));
    wait_a_while(longest);
    kill(program);
  }
  HermesProgram program({"run", package}, path("home"));
  program.wait_for_app("kv");
  EXPECT_EQ(program.curl("kv", "/version").body, "1.0.0");
  EXPECT_EQ(program.curl("kv", "/bulk").body.size(), 4'000'000U);
  EXPECT_EQ(program.ctl({"load", version("2.0.0")}).code, 0);
  expect_whole_store();
}

TEST_F(KillTest, WhileAnotherVersionTakesOver) {
  const std::string versions[] = {version("1.0.0"), version("2.0.0")};
  auto longest = Clock::duration::zero();
  long counted = 0;
  std::vector<std::string> first;
  for (int i = 0; i <= kKills; ++i) {
    HermesProgram program({"run", versions[0]}, path("home"));
    program.wait_for_app("kv");
    if (i == 0) first = store();
    EXPECT_EQ(program.curl("kv", "/version").body, "1.0.0");
    EXPECT_EQ(count(program).body, counted == 0 ? "none" : concat("s64 ", counted));
    ++counted;
    auto connection = control::Connection::open(path("home"));
    ASSERT_TRUE(connection.has_value());
    const auto begin = Clock::now();
    ASSERT_TRUE(connection->send(concat(R"({"command":"load","path":")", versions[1], "\"}")));
    if (i == 0) {
      EXPECT_TRUE(connection->receive().value_or("").starts_with(R"({"ok":true)"));
      longest = Clock::now() - begin;
    } else {
      wait_a_while(longest);
    }
    kill(program);
    forget_packages_but(first);
  }
  HermesProgram program({"run", versions[0]}, path("home"));
  program.wait_for_app("kv");
  EXPECT_EQ(count(program).body, concat("s64 ", counted));
  EXPECT_EQ(program.ctl({"load", versions[1]}).code, 0);
  EXPECT_EQ(program.curl("kv", "/version").body, "2.0.0");
  EXPECT_EQ(count(program).body, concat("s64 ", counted + 1));
  expect_whole_store();
}

// What was answered is kept; of the write that was under way, all or nothing.
TEST_F(KillTest, WhileItWrites) {
  const auto package = version("1.0.0");
  long answered = 0;
  for (int i = 0; i <= kKills; ++i) {
    HermesProgram program({"run", package}, path("home"));
    program.wait_for_app("kv");
    const auto before = count(program).body;
    const auto kept = before == "none" ? 0 : std::stol(before.substr(before.find(' ') + 1));
    EXPECT_THAT(kept, AnyOf(answered, answered + 1));
    answered = kept + 1;
    std::thread writer([&] {
      while (count(program).status == 200) ++answered;
    });
    wait_a_while(std::chrono::milliseconds(100));
    kill(program);
    writer.join();
  }
}

}  // namespace
}  // namespace hermes::testing
