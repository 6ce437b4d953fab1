// What an operator does with an engine that runs: reads logs, changes settings, supervises it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "io/descriptor.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Logs, OfAnAppAreTold) {
  const auto app = app_of_guest("sleep");
  HermesProgram hermes({"run", app.path(), example_app("hello")});
  hermes.wait_for_app("hello");
  hermes.curl("sleep", "/api/0");
  EXPECT_THAT(hermes.ctl({"logs", "sleep"}).output,
              AllOf(HasSubstr("asked to sleep"), HasSubstr("version 1.0.0 runs")));
  EXPECT_THAT(hermes.ctl({"logs", "sleep", "-n", "1"}).output,
              AllOf(HasSubstr("asked to sleep"), Not(HasSubstr("runs"))));
  EXPECT_THAT(hermes.ctl({"logs", "hello"}).output, Not(HasSubstr("asked to sleep")));
  EXPECT_THAT(hermes.ctl({"logs", "-o", "json"}).output, HasSubstr("listening on"));
  const auto nobody = hermes.ctl({"logs", "nobody"});
  EXPECT_EQ(nobody.code, 1);
  EXPECT_THAT(nobody.output, HasSubstr("no app 'nobody' is running"));
}

TEST(Logs, AreFollowedUntilTheAppIsGone) {
  const TemporaryDirectory home;
  const auto app = app_of_guest("sleep");
  HermesProgram hermes({"run", app.path()}, home.path());
  hermes.wait_for_app("sleep");
  Process reader(
      {HERMES_BINARY, "ctl", "logs", "sleep", "-f", "-n", "0", "--home", home.path().string()});
  // Until it is heard: when the reader begins is not known.
  while (reader.output().find("asked to sleep") == std::string::npos) {
    EXPECT_EQ(hermes.curl("sleep", "/api/0").status, 200);
  }
  EXPECT_EQ(hermes.ctl({"unload", "sleep"}).code, 0);
  EXPECT_EQ(reader.wait(), 0);
}

TEST(Logs, OfReadersThatLeftKeepNobodyOut) {
  const auto app = app_of_guest("sleep");
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("sleep");
  for (int i = 0; i < 40; ++i) {
    const auto ended =
        run_program({"sh", "-c", R"(timeout 0.02 "$0" ctl logs sleep -f --home "$1"; true)",
                     HERMES_BINARY, hermes.home().string()});
    EXPECT_EQ(ended.code, 0);
  }
  EXPECT_EQ(hermes.ctl({"list"}).code, 0);
}

class ConfigurationTest : public ::testing::Test {
 protected:
  void write(std::string_view text) const { folder.write("hermes.toml", text); }

  const AppFolder folder{"{}"};
  const std::string file = folder.path() + "/hermes.toml";
  const AppFolder app = app_of_guest("sleep");
};

TEST_F(ConfigurationTest, IsReadAgain) {
  write("[log]\nlevel = \"info\"\n");
  HermesProgram hermes({"run", app.path(), "--config", file});
  hermes.wait_for_app("sleep");
  EXPECT_THAT(hermes.ctl({"reload-config"}).output, Not(HasSubstr("changed")));

  write("[log]\nlevel = \"warn\"\n[limits]\nwall_ms = 200\n[http]\nidle_timeout_ms = 1000\n");
  const auto changed = hermes.ctl({"reload-config"});
  EXPECT_EQ(changed.code, 0);
  EXPECT_THAT(changed.output,
              AllOf(HasSubstr("log.level has changed"), HasSubstr("limits.wall_ms has changed"),
                    HasSubstr("http.idle_timeout_ms needs a restart")));
  EXPECT_EQ(hermes.curl("sleep", "/api/500").status, 200) << "what runs keeps its limits";
  EXPECT_EQ(hermes.ctl({"reload", "sleep"}).code, 0);
  EXPECT_NE(hermes.curl("sleep", "/api/20000").status, 200);
  EXPECT_THAT(hermes.process().output(), Not(HasSubstr("has taken over"))) << "it is of level info";

  write("[log]\nlevel = \"loud\"\n");
  const auto refused = hermes.ctl({"reload-config"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.output, HasSubstr(file + ":2:9: log.level: expected trace"));
}

TEST_F(ConfigurationTest, IsReadAgainAtAHangup) {
  write("");
  HermesProgram hermes({"run", app.path(), "--config", file});
  hermes.wait_for_app("sleep");
  write("[log]\nlevel = \"debug\"\n[http]\nheader_count = 7\n");
  hermes.process().signal(SIGHUP);
  EXPECT_THAT(hermes.process().line_with("the configuration was read"), HasSubstr("log.level"));
  EXPECT_THAT(hermes.process().line_with("need a restart"), HasSubstr("http.header_count"));
  write("[loud]");
  hermes.process().signal(SIGHUP);
  hermes.process().line_with("the configuration stays as it was");
  EXPECT_EQ(hermes.curl("sleep", "/api/0").status, 200);
}

TEST_F(ConfigurationTest, GivesAnAppItsSecrets) {
  const auto world = app_of_guest("world", R"(, "wasi": {"environment": {"KEY": "public"}},
           "http": {"endpoints": [{"id": "all", "module": "world", "path": "/env/.*"}]})");
  const auto key = folder.path() + "/key";
  const auto write_key = [&](std::string_view value) {
    folder.write("key", value);
    std::filesystem::permissions(
        key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  };
  write_key("s3cret-one\n");
  write(concat("[secrets.\"local:world\"]\nKEY = \"file:", key, "\"\n"));
  HermesProgram hermes({"run", world.path(), app.path(), "--config", file, "--log-level", "trace"});
  hermes.wait_for_app("sleep");
  EXPECT_THAT(hermes.curl("world", "/env/KEY").body, HasSubstr("s3cret-one"));
  write_key("s3cret-two\n");
  EXPECT_EQ(hermes.ctl({"reload", "world"}).code, 0);
  EXPECT_THAT(hermes.curl("world", "/env/KEY").body, HasSubstr("s3cret-two"));

  std::filesystem::permissions(key, std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  const auto refused = hermes.ctl({"reload", "world"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.output, HasSubstr("secret 'KEY'"));
  EXPECT_THAT(hermes.curl("world", "/env/KEY").body, HasSubstr("s3cret-two")) << "it runs on";
  for (const auto* command : {"list", "status", "logs"}) {
    EXPECT_THAT(hermes.ctl({command, "-o", "json"}).output, Not(HasSubstr("s3cret")));
  }
  write("[secrets.\"local:world\"]\nKEY = \"s3cret-three\"\n");
  EXPECT_THAT(hermes.ctl({"reload-config"}).output, HasSubstr(file + ":2:7"));
  EXPECT_THAT(hermes.process().output(), Not(HasSubstr("s3cret")));
}

TEST_F(ConfigurationTest, HandsASecretOfTheEnvironmentToItsAppAlone) {
  const auto world = app_of_guest("world", R"(,
           "http": {"endpoints": [{"id": "all", "module": "world", "path": "/env/.*"}]})");
  write("[secrets.\"local:world\"]\nKEY = \"env:WORLD_KEY\"\n");
  const std::vector<std::string> with_key = {"env", "WORLD_KEY=s3cret"};
  HermesProgram hermes({"run", world.path(), "--config", file}, with_key);
  hermes.wait_for_app("world");
  EXPECT_THAT(hermes.curl("world", "/env/KEY").body, HasSubstr("s3cret"));
  EXPECT_THAT(hermes.curl("world", "/env/WORLD_KEY").body, Not(HasSubstr("s3cret")));

  write("[secrets.\"local:world\"]\nKEY = \"env:NOBODYS_KEY\"\n");
  EXPECT_EQ(hermes.ctl({"reload-config"}).code, 0);
  const auto refused = hermes.ctl({"reload", "world"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.output, HasSubstr("NOBODYS_KEY"));
  EXPECT_THAT(hermes.process().output(), Not(HasSubstr("s3cret")));
}

TEST(Supervision, HearsWhatBecomesOfTheEngine) {
  const TemporaryDirectory folder;
  const auto path = (folder.path() / "notify").string();
  const io::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(&address.sun_path[0], path.size());
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const timeval patience{30, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto heard = [&] {
    std::array<char, 256> bytes;
    const auto size = ::recv(socket.get(), bytes.data(), bytes.size(), 0);
    return std::string(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  };

  HermesProgram hermes({"run", example_app("hello")}, {"env", concat("NOTIFY_SOCKET=", path)});
  EXPECT_EQ(heard(), "READY=1");
  EXPECT_EQ(hermes.curl("hello", "/api/hello").body, "hello") << "when it says so, it is ready";
  hermes.process().signal(SIGHUP);
  EXPECT_THAT(heard(), StartsWith("RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_EQ(heard(), "READY=1");
  hermes.process().signal(SIGTERM);
  EXPECT_EQ(heard(), "STOPPING=1");
  EXPECT_EQ(hermes.process().wait(), 0);
}

TEST(Remove, SaysWhatHappensToData) {
  const TemporaryDirectory home;
  const auto app = app_of_guest("kv_script", R"(, "kv": {"persistent": true})");
  const auto data = home.path() / "data/local:kv-script";
  const auto add = [](HermesProgram& hermes) {
    return hermes.curl("kv-script", "/api/kv-add/count", {"--data", "s64 1"}).body;
  };
  {
    HermesProgram hermes({"run", app.path()}, home.path());
    hermes.wait_for_app("kv-script");
    EXPECT_EQ(add(hermes), "none");
    EXPECT_THAT(hermes.ctl({"remove", "kv-script"}).output, HasSubstr("stays in " + data.string()));
    EXPECT_EQ(hermes.curl("kv-script", "/api/").status, 421);
    EXPECT_EQ(hermes.ctl({"load", app.path()}).code, 0);
    EXPECT_EQ(add(hermes), "s64 1") << "its data stayed";
    EXPECT_EQ(hermes.ctl({"remove", "kv-script", "--purge"}).code, 0);
    EXPECT_FALSE(std::filesystem::exists(data));
    EXPECT_EQ(hermes.ctl({"load", app.path()}).code, 0);
    EXPECT_EQ(add(hermes), "none") << "it begins anew";
    EXPECT_EQ(hermes.ctl({"remove", "nobody"}).code, 1);
    EXPECT_EQ(hermes.ctl({"stop"}).code, 0);
  }
  const auto remove = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"app", "remove", "--home", home.path().string()});
    return hermes_command(std::move(arguments));
  };
  EXPECT_EQ(remove({"kv-script"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(data));
  EXPECT_THAT(remove({"local:kv-script", "--purge"}).output, HasSubstr("its data are removed"));
  EXPECT_FALSE(std::filesystem::exists(data));
  EXPECT_THAT(remove({"kv-script"}).output, HasSubstr("no app 'kv-script' runs on the home"));
}

TEST(Root, RunsNoAppsUnlessItIsAllowed) {
  if (::geteuid() != 0) GTEST_SKIP() << "this is not root";
  const TemporaryDirectory home;
  for (const auto* command : {"run", "playground", "test"}) {
    const auto refused = hermes_command({command, "nothing", "--home", home.path().string()},
                                        {"HERMES_ALLOW_ROOT="});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.output, HasSubstr("--allow-root"));
  }
  const auto allowed = hermes_command(
      {"run", "nothing", "--port", "0", "--allow-root", "--home", home.path().string()},
      {"HERMES_ALLOW_ROOT="});
  EXPECT_EQ(allowed.code, 1);
  EXPECT_THAT(allowed.output, HasSubstr("no app runs"));
}

}  // namespace
}  // namespace hermes::testing
