// Content of IPFS as apps read and serve it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class IpfsAppsTest : public ::testing::Test {
 protected:
  IpfsAppsTest() {
    fs::create_directories(fs::path(path("site")) / "docs");
    for (int i = 0; i < 1'000'000; ++i) large_ += static_cast<char>('a' + i * 7 % 23);
    std::ofstream(path("site/index.html")) << "<p>";
    std::ofstream(path("site/docs/large")) << large_;
    site_ = add("site");
  }

  std::string path(std::string_view name) const { return (directory_.path() / name).string(); }
  fs::path home() const { return directory_.path() / "home"; }

  // Stores it in the home, and returns its CID.
  std::string add(std::string_view name) const {
    const auto ended = hermes_command({"ipfs", "add", path(name), "--home", home().string()});
    EXPECT_EQ(ended.code, 0) << ended.output;
    const auto last = ended.output.substr(ended.output.rfind("added ") + 6);
    return last.substr(0, last.find(' '));
  }

  // An engine on the home, with the code that other tests have compiled.
  HermesProgram run(std::vector<std::string> arguments,
                    const std::vector<std::string>& through = {}) const {
    arguments.insert(arguments.begin(), "run");
    arguments.insert(arguments.end(), {"--code-cache", HERMES_TEST_HOME "/compiled"});
    return HermesProgram(std::move(arguments), home(), through);
  }

  // The same, with a node on loopback that knows nobody.
  HermesProgram run_with_node(std::vector<std::string> arguments) const {
    std::ofstream(path("node.toml")) << "[p2p]\none_host = true\n";
    arguments.insert(arguments.end(), {"--config", path("node.toml"), "--p2p-listen",
                                       "/ip4/127.0.0.1/tcp/0", "--p2p-bootstrap", ""});
    return run(std::move(arguments), {"env", "-u", "HERMES_NO_P2P"});
  }

  // What the guest `world` does, and says.
  static std::string tell(HermesProgram& hermes, std::string_view command) {
    return hermes.curl("world", concat("/api", command), {"--path-as-is"}).body;
  }

  const TemporaryDirectory directory_;
  std::string large_;
  std::string site_;
};

TEST_F(IpfsAppsTest, ReadItAsFilesWithThePermission) {
  const auto app = app_of_guest("world", R"(, "permissions": ["ipfs"])");
  auto hermes = run({app.path()});
  hermes.wait_for_app("world");
  EXPECT_THAT(tell(hermes, "/list//"), HasSubstr(" ipfs "));
  EXPECT_EQ(tell(hermes, "/list//ipfs"), "");
  EXPECT_EQ(tell(hermes, concat("/list//ipfs/", site_)), "docs index.html ");
  EXPECT_EQ(tell(hermes, concat("/read//ipfs/", site_, "/index.html")), "<p>");
  EXPECT_EQ(tell(hermes, concat("/read//ipfs/", site_, "/docs/large")), large_);
  EXPECT_EQ(tell(hermes, concat("/read//ipfs/", site_, "/none")), "No such file or directory");
  EXPECT_EQ(tell(hermes, concat("/write//ipfs/", site_, "/new")), "Operation not permitted");
}

TEST_F(IpfsAppsTest, SeeNoneOfItWithoutThePermission) {
  const auto without = app_of_guest("world");
  auto hermes = run({without.path()});
  hermes.wait_for_app("world");
  EXPECT_EQ(tell(hermes, "/list//"), "etc lib srv tmp usr var ");
  EXPECT_EQ(tell(hermes, concat("/read//ipfs/", site_, "/index.html")),
            "No such file or directory");
}

TEST_F(IpfsAppsTest, SeeNoneOfItUntilTheOperatorGrantsIt) {
  const auto app = app_of_guest("world", R"(, "permissions": ["ipfs"], "http": {"ipfs": true})");
  const auto package = path("world.happ");
  ASSERT_EQ(hermes_command({"app", "package", app.path(), "-o", package}).code, 0);
  {
    auto hermes = run({"--untrusted", package});
    hermes.wait_for_app("world");
    hermes.process().line_with("it asks for the permission 'ipfs', which is not granted to it");
    EXPECT_EQ(tell(hermes, "/list//"), "etc lib srv tmp usr var ");
    EXPECT_EQ(hermes.curl("world", concat("/ipfs/", site_, "?format=raw")).status, 404);
  }
  std::ofstream(path("hermes.toml")) << "[apps.\"unsigned:world\"]\npermissions = [\"ipfs\"]\n";
  auto hermes = run({"--untrusted", package, "--config", path("hermes.toml")});
  hermes.wait_for_app("world");
  EXPECT_EQ(tell(hermes, concat("/read//ipfs/", site_, "/index.html")), "<p>");
  EXPECT_EQ(hermes.curl("world", concat("/ipfs/", site_, "?format=raw")).status, 200);
}

TEST_F(IpfsAppsTest, ServeItAsBlocksAndCars) {
  const auto app = app_of_guest("world", R"(, "permissions": ["ipfs"], "http": {"ipfs": true})");
  auto hermes = run({app.path()});
  hermes.wait_for_app("world");
  const auto raw =
      hermes.curl("world", concat("/ipfs/", site_), {"-H", "accept: application/vnd.ipld.raw"});
  EXPECT_EQ(raw.status, 200);
  EXPECT_THAT(raw.body, AllOf(HasSubstr("docs"), HasSubstr("index.html")));
  const auto car = hermes.curl("world", concat("/ipfs/", site_, "?format=car"));
  EXPECT_EQ(car.status, 200);
  EXPECT_THAT(car.body.substr(1), StartsWith("\xA2\x65roots"));
  for (const auto part :
       {std::string_view(raw.body), std::string_view("<p>"),
        std::string_view(large_).substr(0, 262'144), std::string_view(large_).substr(786'432)}) {
    EXPECT_NE(car.body.find(part), car.body.npos);
  }
  EXPECT_LT(hermes.curl("world", concat("/ipfs/", site_, "/index.html?format=car")).body.size(),
            1'000U);
  HttpClient client(hermes.port());
  const auto answer = client.exchange(concat(
      "GET /ipfs/", site_, "/docs/large?format=car HTTP/1.1\r\n", "host: world.localhost\r\n\r\n"));
  EXPECT_EQ(answer.header("content-type"),
            "application/vnd.ipld.car; version=1; order=dfs; dups=n");
  EXPECT_EQ(answer.header("x-ipfs-path"), concat("/ipfs/", site_, "/docs/large"));
  EXPECT_THAT(answer.header("x-ipfs-roots"), StartsWith(site_));
  const auto head = hermes.curl("world", concat("/ipfs/", site_, "?format=car"), {"--head"});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(hermes.curl("world", concat("/ipfs/", site_)).status, 406);
  EXPECT_EQ(
      hermes
          .curl("world",
                "/ipfs/bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy?format=raw")
          .status,
      404);
}

TEST_F(IpfsAppsTest, WhatTheyAskedForGoesWithThem) {
  const auto ipfs = [&](const char* what) {
    return hermes_command({"ipfs", what, "--home", home().string()}).output;
  };
  const auto remove = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"app", "remove", "--home", home().string()});
    return hermes_command(std::move(arguments));
  };
  const auto app = app_of_guest("ipfs_script", R"(, "permissions": ["ipfs", "dht"])");
  {
    auto hermes = run_with_node({app.path()});
    hermes.wait_for_app("ipfs-script");
    const auto call = [&](std::string_view path, const char* body) {
      return hermes.curl("ipfs-script", path, {"--data", body}).body;
    };
    EXPECT_THAT(call("/api/file-add/", "of the app"), StartsWith("/ipfs/Qm"));
    EXPECT_EQ(call("/api/pubsub-subscribe/news", ""), "true");
    EXPECT_EQ(call("/api/dht-put/status", "well"), "false");
    EXPECT_EQ(call("/api/dht-provide/map", ""), "ok");
    EXPECT_THAT(ipfs("pins"), HasSubstr("local:ipfs-script")) << "beside the engine";
    EXPECT_EQ(ipfs("topics"), "topic  news  local:ipfs-script\n");
    EXPECT_EQ(ipfs("keys"),
              "record  status  local:ipfs-script\nprovided  map  local:ipfs-script\n");
    EXPECT_EQ(ipfs("evicted"), "no peers\n");
    EXPECT_EQ(hermes.ctl({"stop"}).code, 0);
  }
  EXPECT_EQ(remove({"ipfs-script"}).code, 0);
  EXPECT_EQ(ipfs("topics"), "topic  news  local:ipfs-script\n") << "its data stays";
  EXPECT_EQ(remove({"ipfs-script", "--purge"}).code, 0);
  EXPECT_EQ(ipfs("topics"), "no topics\n");
  EXPECT_EQ(ipfs("keys"), "no keys\n");
  EXPECT_THAT(ipfs("pins"), ::testing::Not(HasSubstr("local:ipfs-script")));
  EXPECT_THAT(remove({"ipfs-script"}).output, HasSubstr("no app 'ipfs-script' runs on the home"));
}

TEST_F(IpfsAppsTest, ABlockThatTheDiskChangedIsNotServed) {
  const auto app = app_of_guest("world", R"(, "permissions": ["ipfs"], "http": {"ipfs": true})");
  std::fstream(home() / "ipfs/packs/1.pack", std::ios::in | std::ios::out).put('#');
  auto hermes = run({app.path()});
  hermes.wait_for_app("world");
  const auto car = hermes.curl("world", concat("/ipfs/", site_, "?format=car"));
  EXPECT_EQ(car.body.find("#p>"), car.body.npos);
  EXPECT_EQ(car.body.find("<p>"), car.body.npos);
  hermes.process().line_with("a CAR broke off");
}

}  // namespace
}  // namespace hermes::testing
