#include "cli/arguments.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

namespace hermes::cli {
namespace {

using namespace std::chrono_literals;

const Environment kHome = {{"HOME", "/home/ada"}};

Invocation parse_well(std::vector<std::string> arguments, const Environment& environment = kHome) {
  arguments.insert(arguments.begin(), "hermes");
  auto parsed = parse(arguments, environment);
  if (const auto* farewell = std::get_if<Farewell>(&parsed)) {
    ADD_FAILURE() << farewell->text;
    return {};
  }
  return std::get<Invocation>(std::move(parsed));
}

Farewell farewell(std::vector<std::string> arguments, const Environment& environment = kHome) {
  arguments.insert(arguments.begin(), "hermes");
  const auto parsed = parse(arguments, environment);
  const auto* found = std::get_if<Farewell>(&parsed);
  return found ? *found : Farewell{-1, "it was understood"};
}

class ConfigFileTest : public ::testing::Test {
 protected:
  ConfigFileTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "config_XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    std::ofstream(file()) << "[http]\nport = 1001\naddress = \"::1\"\n[engine]\nworkers = 3\n";
  }
  ~ConfigFileTest() override { std::filesystem::remove_all(directory_); }

  std::string file() const { return directory_ / "hermes.toml"; }

  std::filesystem::path directory_;
};

TEST(Arguments, HaveDefaults) {
  const auto run = parse_well({"run", "apps/board", "apps/hello"});
  EXPECT_EQ(run.command, Command::Run);
  EXPECT_EQ(run.paths, (std::vector<std::filesystem::path>{"apps/board", "apps/hello"}));
  EXPECT_EQ(run.settings.http.port, 7878);
  EXPECT_EQ(run.settings.http.address, "127.0.0.1");
  EXPECT_EQ(run.settings.log.format, log::Format::Text);
  EXPECT_EQ(run.settings.log.minimum, log::Level::Info);
  EXPECT_EQ(run.settings.engine.workers, 0U);
  EXPECT_EQ(run.settings.engine.home, "/home/ada/.local/share/hermes");
}

TEST(Arguments, AreRead) {
  const auto run = parse_well({"run", "a", "--port", "0", "--address=0.0.0.0", "--home",
                               "/srv/hermes", "--log-format", "json", "--log-level", "trace",
                               "--workers", "2", "--grace-ms", "1500"});
  EXPECT_EQ(run.settings.http.port, 0);
  EXPECT_EQ(run.settings.http.address, "0.0.0.0");
  EXPECT_EQ(run.settings.engine.home, "/srv/hermes");
  EXPECT_EQ(run.settings.log.format, log::Format::Json);
  EXPECT_EQ(run.settings.log.minimum, log::Level::Trace);
  EXPECT_EQ(run.settings.engine.workers, 2U);
  EXPECT_EQ(run.settings.engine.grace, 1500ms);
}

TEST(Arguments, NameTheirCommands) {
  const auto playground = parse_well({"playground", "a.wasm"});
  EXPECT_EQ(playground.command, Command::Playground);
  EXPECT_EQ(playground.settings.http.port, 0);
  EXPECT_EQ(parse_well({"playground", "a.wasm", "--port", "80"}).settings.http.port, 80);
  EXPECT_EQ(parse_well({"inspect", "a.wasm"}).command, Command::Inspect);
  EXPECT_EQ(farewell({"inspect", "a.wasm", "b.wasm"}).code, kUsage);
}

TEST(Arguments, SayHowTestsAreReported) {
  const auto test = parse_well({"test", "a.wasm", "b.wasm"});
  EXPECT_EQ(test.command, Command::Test);
  EXPECT_EQ(test.test.format, TestFormat::Text);
  EXPECT_FALSE(test.test.bench);
  EXPECT_EQ(test.settings.http.port, 0);
  EXPECT_EQ(test.settings.log.minimum, log::Level::Warn);
  EXPECT_EQ(parse_well({"test", "a.wasm", "--format", "junit"}).test.format, TestFormat::Junit);
  EXPECT_EQ(parse_well({"test", "a.wasm", "--format=json"}).test.format, TestFormat::Json);
  EXPECT_EQ(parse_well({"test", "a.wasm", "--format", "text"}).test.format, TestFormat::Text);
  EXPECT_TRUE(parse_well({"test", "--bench", "a.wasm"}).test.bench);
  EXPECT_EQ(farewell({"test"}).code, kUsage);
  for (const auto* format : {"xml", "", "1", "JSON"}) {
    EXPECT_EQ(farewell({"test", "a.wasm", "--format", format}).code, kUsage) << format;
  }
  EXPECT_EQ(farewell({"run", "a", "--bench"}).code, kUsage);
}

TEST(Arguments, FindTheHomeDirectory) {
  const Environment xdg = {{"HOME", "/home/ada"}, {"XDG_DATA_HOME", "/data"}};
  EXPECT_EQ(parse_well({"run", "a"}, xdg).settings.engine.home, "/data/hermes");
  const Environment relative = {{"HOME", "/home/ada"}, {"XDG_DATA_HOME", "data"}};
  EXPECT_EQ(parse_well({"run", "a"}, relative).settings.engine.home,
            "/home/ada/.local/share/hermes");
  EXPECT_EQ(farewell({"run", "a"}, {}).text,
            "hermes: where is the home directory? Give --home DIR\n");
}

TEST(Arguments, SayWhatIsWrong) {
  const struct {
    std::vector<std::string> arguments;
    const char* text;
  } cases[] = {
      {{"run", "a", "--port", "x"}, "--port: expected an integer from 0 to 65535, found 'x'"},
      {{"run", "a", "--port", "65536"}, "--port: expected an integer from 0 to 65535, found 65536"},
      {{"run", "a", "--port", ""}, "--port: expected an integer from 0 to 65535, found ''"},
      {{"run", "a", "--log-format", "xml"}, "--log-format: expected text or json, found 'xml'"},
      {{"run", "a", "--log-level", "loud"},
       "--log-level: expected trace, debug, info, warn or error, found 'loud'"},
      {{"run", "a", "--home", ""}, "--home: expected a directory, found ''"},
      {{"run", "a", "--config", "none.toml"}, "none.toml: No such file or directory"},
  };
  for (const auto& c : cases) {
    const auto found = farewell(c.arguments);
    EXPECT_EQ(found.code, kUsage);
    EXPECT_EQ(found.text, "hermes: " + std::string(c.text) + "\n");
  }
  EXPECT_EQ(farewell({}).code, kUsage);
  EXPECT_EQ(farewell({"run"}).code, kUsage);
  EXPECT_EQ(farewell({"walk"}).code, kUsage);
  EXPECT_EQ(farewell({"run", "a", "--prot", "1"}).code, kUsage);
}

TEST(Arguments, AskForHelpOrVersion) {
  const auto help = farewell({"--help"});
  EXPECT_EQ(help.code, kClean);
  EXPECT_NE(help.text.find("playground"), std::string::npos);
  EXPECT_NE(help.text.find("Exit codes"), std::string::npos);
  const auto run = farewell({"run", "--help"});
  EXPECT_EQ(run.code, kClean);
  EXPECT_NE(run.text.find("--log-format"), std::string::npos);
  const auto version = farewell({"--version"});
  EXPECT_EQ(version.code, kClean);
  EXPECT_TRUE(version.text.starts_with("hermes ")) << version.text;
}

TEST(Arguments, AreReadFromTheEnvironment) {
  const Environment environment = {
      {"HOME", "/home/ada"}, {"HERMES_PORT", "81"}, {"HERMES_LOG_FORMAT", "json"}};
  const auto run = parse_well({"run", "a"}, environment);
  EXPECT_EQ(run.settings.http.port, 81);
  EXPECT_EQ(run.settings.log.format, log::Format::Json);
  const Environment wrong = {{"HOME", "/home/ada"}, {"HERMES_PORT", "http"}};
  EXPECT_EQ(farewell({"run", "a"}, wrong).text,
            "hermes: HERMES_PORT: expected an integer from 0 to 65535, found 'http'\n");
  const Environment empty = {{"HOME", "/home/ada"}, {"HERMES_PORT", ""}};
  EXPECT_EQ(parse_well({"run", "a"}, empty).settings.http.port, 7878);
}

TEST_F(ConfigFileTest, FlagsGoBeforeEnvironmentBeforeFileBeforeDefault) {
  Environment environment = {{"HOME", "/home/ada"}, {"HERMES_CONFIG", file()}};
  const auto from_file = parse_well({"run", "a"}, environment).settings;
  EXPECT_EQ(from_file.http.port, 1001);
  EXPECT_EQ(from_file.http.address, "::1");
  EXPECT_EQ(from_file.engine.workers, 3U);
  EXPECT_EQ(from_file.log.minimum, log::Level::Info);

  environment["HERMES_PORT"] = "1002";
  const auto from_environment = parse_well({"run", "a"}, environment).settings;
  EXPECT_EQ(from_environment.http.port, 1002);
  EXPECT_EQ(from_environment.http.address, "::1");

  const auto from_flag = parse_well({"run", "a", "--port", "1003"}, environment).settings;
  EXPECT_EQ(from_flag.http.port, 1003);
  EXPECT_EQ(from_flag.engine.workers, 3U);
}

TEST_F(ConfigFileTest, FlagNamesAnotherFile) {
  std::ofstream(directory_ / "other.toml") << "[http]\nport = 1004\n";
  const Environment environment = {{"HOME", "/home/ada"}, {"HERMES_CONFIG", file()}};
  const auto run =
      parse_well({"run", "a", "--config", (directory_ / "other.toml").string()}, environment);
  EXPECT_EQ(run.settings.http.port, 1004);
  EXPECT_EQ(run.settings.engine.workers, 0U);
}

}  // namespace
}  // namespace hermes::cli
