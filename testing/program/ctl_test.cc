// `hermes ctl`, and an engine whose apps come, change and go while it serves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

#include "base/strings.h"
#include "control/connection.h"
#include "testing/http_client.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::string_view kEcho = "echo";
constexpr std::string_view kSleep = "sleep";

// App "swap", whose one module is that guest.
class Swap {
 public:
  explicit Swap(std::string_view component) { become(component); }

  void become(std::string_view component) const {
    folder_.write("main.wasm", guest(component));
    write_manifest("1.0.0");
  }
  void write_manifest(std::string_view version) const {
    folder_.write("app.json", concat(R"({"name": "swap", "version": ")", version,
                                     R"(", "modules": [{"component": "main.wasm"}]})"));
  }
  std::string path() const { return folder_.path(); }

 private:
  AppFolder folder_{"{}"};
};

// Asks over one connection for as long as it is to; counts what was not answered well.
class Client {
 public:
  Client(std::uint16_t port, std::string path)
      : request_(concat("GET ", path, " HTTP/1.1\r\nHost: swap.localhost\r\n\r\n")),
        thread_([this, port](const std::stop_token& stop) { run(port, stop); }) {}

  int answered() const { return answered_; }
  int failed() const { return failed_; }

  void end() {
    thread_.request_stop();
    thread_.join();
  }

 private:
  void run(std::uint16_t port, const std::stop_token& stop) {
    HttpClient connection(port);
    while (!stop.stop_requested()) {
      const auto answer = connection.exchange(request_);
      ++(answer.status == 200 ? answered_ : failed_);
      if (answer.status == 0) return;  // The server has closed.
    }
  }

  const std::string request_;
  std::atomic<int> answered_ = 0;
  std::atomic<int> failed_ = 0;
  std::jthread thread_;  // Last, so that it begins with everything in place.
};

// 0, if the engine hangs up on a process of another user.
int ask_as_nobody(const std::filesystem::path& home) {
  constexpr uid_t kNobody = 65'534;
  const auto child = ::fork();
  if (child == 0) {
    if (::setresuid(kNobody, kNobody, kNobody) != 0) ::_exit(2);
    auto connection = control::Connection::open(home);
    if (!connection) ::_exit(3);
    std::ignore = connection->send(R"({"command":"list"})");
    ::_exit(connection->receive() ? 1 : 0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Ctl, SwapsAnAppUnderLoadWithoutAFailedRequest) {
  constexpr int kSwaps = 8;
  constexpr int kAtLeast = 500;
  const Swap app(kEcho);
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("swap");
  std::vector<std::unique_ptr<Client>> clients;
  for (const auto* path : {"/api/0", "/api/0", "/api/0", "/api/30"}) {
    clients.push_back(std::make_unique<Client>(hermes.port(), path));
  }
  for (int i = 0; i < kSwaps; ++i) {
    app.become(i % 2 == 0 ? kSleep : kEcho);
    const auto swapped = hermes.ctl({"reload", "swap"});
    EXPECT_EQ(swapped.code, 0) << swapped.output;
    EXPECT_THAT(swapped.output, HasSubstr(concat("generation ", i + 2)));
  }
  const auto answered = [&] {
    int count = 0;
    for (const auto& client : clients) count += client->answered();
    return count;
  };
  const auto failed = [&] {
    int count = 0;
    for (const auto& client : clients) count += client->failed();
    return count;
  };
  while (answered() < kAtLeast && failed() == 0) std::this_thread::yield();
  for (const auto& client : clients) client->end();
  EXPECT_EQ(failed(), 0);
  EXPECT_GE(answered(), kAtLeast);
}

TEST(Ctl, ANewVersionTakesOverFromAnotherDirectory) {
  const Swap one(kEcho);
  const Swap two(kSleep);
  two.write_manifest("2.0.0");
  HermesProgram hermes({"run", one.path()});
  hermes.wait_for_app("swap");
  EXPECT_EQ(hermes.ctl({"load", two.path()}).code, 0);
  EXPECT_EQ(hermes.curl("swap", "/api/0").body, "slept");
  EXPECT_THAT(hermes.ctl({"list"}).output, AllOf(HasSubstr("2.0.0"), HasSubstr(two.path())));
}

TEST(Ctl, WhatDoesNotStartLeavesTheOldVersion) {
  const Swap app(kSleep);
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("swap");
  for (const auto* broken : {"init_false", "init_trap", "wrong_handler"}) {
    app.become(broken);
    const auto refused = hermes.ctl({"reload", "swap"});
    EXPECT_EQ(refused.code, 1) << broken;
    EXPECT_THAT(refused.output, HasSubstr("app 'swap'"));
    EXPECT_EQ(hermes.curl("swap", "/api/0").body, "slept");
  }
  app.write_manifest("1");
  EXPECT_THAT(hermes.ctl({"reload", "swap"}).output, HasSubstr("app.json:1:"));
  EXPECT_THAT(hermes.ctl({"list", "-o", "json"}).output,
              AllOf(HasSubstr(R"("generation":1,"phase":"running")")));
}

TEST(Ctl, CallsOfTheOldVersionFinish) {
  const Swap app(kSleep);
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("swap");
  auto slow = std::async(std::launch::async, [&] { return hermes.curl("swap", "/api/1500"); });
  hermes.process().line_with("asked to sleep");
  app.become(kEcho);
  EXPECT_EQ(hermes.ctl({"reload", "swap"}).code, 0);
  EXPECT_EQ(slow.get().body, "slept");
  EXPECT_NE(hermes.curl("swap", "/api/0").body, "slept");
}

TEST(Ctl, AppsComeAndGo) {
  const Swap app(kSleep);
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("swap");
  EXPECT_EQ(hermes.ctl({"load", example_app("hello")}).code, 0);
  EXPECT_EQ(hermes.curl("hello", "/api/hello").body, "hello");
  EXPECT_EQ(hermes.ctl({"unload", "swap"}).code, 0);
  EXPECT_EQ(hermes.curl("swap", "/api/0").status, 421);
  EXPECT_EQ(hermes.ctl({"unload", "local:hello"}).code, 0);
  EXPECT_THAT(hermes.ctl({"list"}).output, HasSubstr("no app runs"));
  EXPECT_EQ(hermes.ctl({"load", app.path()}).code, 0);
  EXPECT_EQ(hermes.curl("swap", "/api/0").body, "slept");
}

TEST(Ctl, TellsWhatAppsUse) {
  const auto trap = app_of_guest("trap");
  HermesProgram hermes({"run", trap.path()});
  hermes.wait_for_app("trap");
  EXPECT_EQ(hermes.curl("trap", "/api/").status, 502);
  const auto status = hermes.ctl({"status", "-o", "json"});
  EXPECT_EQ(status.code, 0);
  EXPECT_THAT(status.output, AllOf(HasSubstr(R"("trapped":1,)"), HasSubstr(R"("name":"trap")"),
                                   HasSubstr(concat(R"("process":)", hermes.process().id()))));
  EXPECT_THAT(hermes.ctl({"status"}).output, HasSubstr("out_of_time"));
}

TEST(Ctl, StopsTheEngineAndWaitsForItsEnd) {
  const TemporaryDirectory home;
  HermesProgram hermes({"run", example_app("hello")}, home.path());
  hermes.wait_for_app("hello");
  EXPECT_EQ(hermes.ctl({"stop"}).code, 0);
  // What follows may have the home at once.
  HermesProgram next({"run", example_app("hello")}, home.path());
  next.wait_for_app("hello");
  EXPECT_EQ(hermes.process().wait(), 0);
}

TEST(Ctl, NamesWhatIsWrong) {
  HermesProgram hermes({"run", example_app("hello")});
  hermes.wait_for_app("hello");
  const auto expect_error = [&](std::vector<std::string> arguments, std::string_view why) {
    const auto ended = hermes.ctl(std::move(arguments));
    EXPECT_EQ(ended.code, 1);
    EXPECT_THAT(ended.output, HasSubstr(why));
  };
  expect_error({"unload", "nobody"}, "no app 'nobody' is running");
  expect_error({"reload", "nobody"}, "no app 'nobody' is running");
  expect_error({"load", "/nothing/there"}, "/nothing/there");
  expect_error({"unload", "nobody", "-o", "json"}, R"({"ok":false,"error":"no app 'nobody')");
  EXPECT_EQ(hermes.ctl({}).code, 2);
  EXPECT_EQ(hermes.ctl({"fly"}).code, 2);
  EXPECT_EQ(hermes.ctl({"load"}).code, 2);
}

// A link that leads back to itself cannot even be asked what it is.
TEST(Ctl, WhatCannotBeReadIsToldAndHarmsNothing) {
  const AppFolder folder("{}");
  const auto link = folder.path() + "/loop";
  std::filesystem::create_symlink(link, link);
  HermesProgram hermes({"run", link, example_app("hello")});
  hermes.process().line_with("loop: Too many levels of symbolic links");
  hermes.wait_for_app("hello");
  const auto loaded = hermes.ctl({"load", link});
  EXPECT_EQ(loaded.code, 1);
  EXPECT_THAT(loaded.output, HasSubstr("loop: Too many levels of symbolic links"));
  EXPECT_EQ(hermes.curl("hello", "/api/hello").body, "hello");
}

TEST(Ctl, RequestsThatAreNoneAreAnsweredAndHarmNothing) {
  const TemporaryDirectory home;
  HermesProgram hermes({"run", example_app("hello")}, home.path());
  hermes.wait_for_app("hello");
  const auto ask = [&](std::string line) {
    auto connection = control::Connection::open(home.path());
    EXPECT_TRUE(connection.has_value());
    EXPECT_TRUE(connection->send(std::move(line)).has_value());
    return connection->receive().value_or("nothing");
  };
  EXPECT_THAT(ask("hello"), HasSubstr(R"({"ok":false,"error":"request:1:1:)"));
  EXPECT_THAT(ask("{}"), HasSubstr("'command' is missing"));
  EXPECT_THAT(ask(R"({"command":"fly"})"), HasSubstr("there is no command 'fly'"));
  EXPECT_THAT(ask(R"({"command":"list","app":"hello"})"), HasSubstr("app"));
  EXPECT_THAT(ask(R"({"command":"load","path":"apps/hello"})"), HasSubstr("an absolute path"));
  EXPECT_THAT(ask(R"({"command":"unload","app":7})"), HasSubstr("expected a string"));
  EXPECT_THAT(ask(std::string(70'000, '[')), HasSubstr("64 KiB"));
  EXPECT_THAT(ask(std::string(60'000, '[')), HasSubstr(R"("ok":false)"));
  EXPECT_THAT(ask(R"({"command":"list"})"), HasSubstr(R"("name":"hello")"));
}

TEST(Ctl, OneEngineHasAHome) {
  const TemporaryDirectory home;
  HermesProgram hermes({"run", example_app("hello")}, home.path());
  hermes.wait_for_app("hello");
  const auto second =
      hermes_command({"run", example_app("board"), "--port", "0", "--home", home.path().string()});
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.output, HasSubstr(concat("an engine runs on the home ", home.path().string(),
                                              " already (process ", hermes.process().id(), ")")));
  EXPECT_EQ(hermes.curl("hello", "/api/hello").body, "hello");
}

TEST(Ctl, FindsTheEngineThatFollowsOneThatWasKilled) {
  const TemporaryDirectory home;
  {
    HermesProgram hermes({"run", example_app("hello")}, home.path());
    hermes.wait_for_app("hello");
    hermes.process().signal(SIGKILL);
    hermes.process().wait();
    const auto nobody = hermes.ctl({"list"});
    EXPECT_EQ(nobody.code, 1);
    EXPECT_THAT(nobody.output, HasSubstr("no engine runs on the home"));
  }
  HermesProgram hermes({"run", example_app("hello")}, home.path());
  hermes.wait_for_app("hello");
  EXPECT_EQ(hermes.ctl({"list"}).code, 0);
}

TEST(Ctl, IsForTheEnginesUserAlone) {
  const TemporaryDirectory home;
  HermesProgram hermes({"run", example_app("hello")}, home.path());
  hermes.wait_for_app("hello");
  const auto socket = (home.path() / "control").string();
  struct stat status = {};
  ASSERT_EQ(::stat(socket.c_str(), &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  if (::geteuid() != 0) return;
  // Whoever gets past the modes is asked who it is.
  ::chmod(home.path().c_str(), 0755);
  ::chmod(socket.c_str(), 0666);
  EXPECT_EQ(ask_as_nobody(home.path()), 0);
  hermes.process().line_with("a client of another user was refused");
}

}  // namespace
}  // namespace hermes::testing
