#include "control/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "control/connection.h"
#include "control/home_lock.h"
#include "testing/reactor_thread.h"
#include "testing/recording_log.h"

namespace hermes::control {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// Says what it is asked: "many 3" three times; "drop" is not answered at all.
class Parrot final : public Handler {
 public:
  void handle(std::string request, Client client) override {
    if (request == "drop") return;
    if (request == "long") {
      EXPECT_TRUE(client.send(std::string(1'000'000, 'x')));
      EXPECT_FALSE(client.send(std::string(1'000'000, 'x'))) << "too much waits";
    }
    client.end(std::move(request));
  }
};

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    auto name = (fs::temp_directory_path() / "control-XXXXXX").string();
    home = ::mkdtemp(name.data());
    listen();
  }
  ~ServerTest() override {
    end();
    fs::remove_all(home);
  }

  void listen() {
    thread.emplace();
    auto made = Server::listen(home, thread->reactor(), parrot, log);
    ASSERT_TRUE(made.has_value()) << made.error().message();
    server = *std::move(made);
  }

  void end() {
    thread->join();
    server.reset();
    thread.reset();
  }

  Connection connect() {
    auto connection = Connection::open(home);
    EXPECT_TRUE(connection.has_value());
    return *std::move(connection);
  }

  std::string ask(std::string line) {
    auto connection = connect();
    EXPECT_TRUE(connection.send(std::move(line)).has_value());
    return connection.receive().value_or("");
  }

  fs::path home;
  testing::RecordingLog log;
  Parrot parrot;
  std::optional<testing::ReactorThread> thread;
  std::unique_ptr<Server> server;
};

TEST_F(ServerTest, AnswersEachClient) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(ask(concat("request ", i)), concat("request ", i));
}

TEST_F(ServerTest, HangsUpAfterTheLastLine) {
  auto connection = connect();
  ASSERT_TRUE(connection.send("hello").has_value());
  EXPECT_EQ(connection.receive(), "hello");
  EXPECT_EQ(connection.receive(), std::nullopt);
}

TEST_F(ServerTest, TellsThatItStopsWhereNobodyAnswers) {
  EXPECT_EQ(ask("drop"), error_answer("the engine is stopping"));
}

TEST_F(ServerTest, RefusesALineThatIsTooLong) {
  EXPECT_EQ(ask(std::string(60'000, 'x')), std::string(60'000, 'x'));
  EXPECT_THAT(ask(std::string(70'000, 'x')), HasSubstr("64 KiB"));
}

TEST_F(ServerTest, HoldsAMebibyteForAClientAtMost) {
  auto connection = connect();
  ASSERT_TRUE(connection.send("long").has_value());
  EXPECT_EQ(connection.receive()->size(), 1'000'000U);
  EXPECT_EQ(connection.receive(), "long");
}

TEST_F(ServerTest, RefusesAClientTooMany) {
  std::vector<Connection> idle;
  for (int i = 0; i < 32; ++i) idle.push_back(connect());
  EXPECT_EQ(connect().receive(), error_answer("too many clients at once"));
  idle.clear();
  std::optional<std::string> answer;
  while (answer != "hello") {  // Until it is noticed that they left.
    auto connection = connect();
    std::ignore = connection.send("hello");
    answer = connection.receive();
  }
}

TEST_F(ServerTest, TakesThePlaceOfOneThatIsGone) {
  end();
  listen();
  EXPECT_EQ(ask("hello"), "hello");
}

TEST_F(ServerTest, IsReachedByAPathOfAnyLength) {
  end();
  for (int i = 0; i < 4; ++i) home /= std::string(60, 'x');
  fs::create_directories(home);
  listen();
  EXPECT_EQ(ask("hello"), "hello");
  for (int i = 0; i < 4; ++i) home = home.parent_path();
}

TEST_F(ServerTest, IsToldWhenThereIsNone) {
  end();
  EXPECT_THAT(Connection::open(home).error().message(), HasSubstr("no engine runs on the home"));
  EXPECT_THAT(Connection::open(home / "none").error().message(), HasSubstr("does not exist"));
  listen();
}

TEST_F(ServerTest, ALockIsHeldOnce) {
  {
    const auto lock = HomeLock::take(home);
    EXPECT_TRUE(lock.has_value());
  }
  EXPECT_TRUE(HomeLock::take(home).has_value());
  EXPECT_FALSE(HomeLock::take(home / "lock").has_value()) << "it is a file";
}

TEST_F(ServerTest, TheLockMakesAHomeThatIsNotThere) {
  EXPECT_TRUE(HomeLock::take(home / "deep/new").has_value());
  EXPECT_TRUE(std::filesystem::is_directory(home / "deep/new"));
}

}  // namespace
}  // namespace hermes::control
