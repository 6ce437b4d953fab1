// Who finds content, who gets it, and who does not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/engine/temporary_directory.h"
#include "testing/program/app_folder.h"
#include "testing/program/js_peer.h"
#include "testing/program/kubo.h"
#include "testing/program/p2p_engine.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

// Until it says that the engine has it.
void wait_until_found(Kubo& kubo, P2pEngine& hermes, const std::string& cid) {
  kubo.run({"swarm", "connect", hermes.address()});
  while (kubo.run({"--timeout=60s", "routing", "findprovs", cid}).find(hermes.peer()) ==
         std::string::npos) {
  }
}

TEST(P2pContent, WhatIsPinnedIsAnnouncedAndFoundByKubo) {
  const TemporaryDirectory home;
  const auto app = app_of_guest("ipfs_script", R"(, "permissions": ["ipfs"])");
  P2pEngine hermes(home.path(), {.more = {app.path()}});
  Kubo kubo;
  hermes.program().wait_for_app("ipfs-script");
  const auto ours = hermes.add("of the operator");
  const auto answer =
      hermes.program().curl("ipfs-script", "/api/file-add/", {"--data", "of an app"});
  const auto of_app = word_after(answer.body, "/ipfs/");
  EXPECT_THAT(hermes.ipfs({"status"}).output, HasSubstr("announced: 0 of 2 roots"));
  wait_until_found(kubo, hermes, ours);
  wait_until_found(kubo, hermes, of_app);
  while (hermes.ipfs({"status"}).output.find("announced: 2 of 2 roots") == std::string::npos) {
  }
  EXPECT_EQ(hermes.ipfs({"unpin", ours}).code, 0);
  EXPECT_THAT(hermes.ipfs({"status"}).output, HasSubstr("announced: 1 of 1 roots"));
}

TEST(P2pContent, WhatWasPinnedWithoutAnEngineIsAnnouncedByTheNext) {
  const TemporaryDirectory home;
  const auto file = home.path() / "file";
  std::ofstream(file) << "pinned before";
  const auto added = hermes_command({"ipfs", "add", file, "--home", home.path().string()});
  P2pEngine hermes(home.path());
  Kubo kubo;
  wait_until_found(kubo, hermes, word_after(added.output, "added "));
}

TEST(P2pContent, ABlockThatIsNotWhatItsNameSaysIsRefused) {
  const TemporaryDirectory home;
  const auto file = home.path() / "file";
  const std::string content(100'000, 'x');
  std::ofstream(file) << content;
  JsPeer good("peer");
  JsPeer hostile("hostile");
  const auto cid = good.run(concat("add ", file.string()));
  P2pEngine hermes(home.path() / "home");
  hostile.run(concat("corrupt ", cid));
  hostile.run(concat("dial ", hermes.address()));
  const auto refused = hermes.ipfs({"cat", cid});
  EXPECT_NE(refused.code, 0) << "nobody has it but in a wrong form";
  EXPECT_THAT(refused.output, ::testing::Not(HasSubstr("wrong bytes")));
  EXPECT_THAT(hermes.status(), ::testing::Not(HasSubstr(R"("blocks_refused":0)")));
  EXPECT_THAT(hermes.ipfs({"status"}).output, HasSubstr("blocks  0\n"));

  good.run(concat("connect ", hermes.address()));
  EXPECT_EQ(hermes.ipfs({"cat", cid}).output, content);
}

class PrivateNetwork : public ::testing::Test {
 protected:
  // Of the network that has a key of this digit alone.
  P2pEngine::Options with_key(char digit) const {
    const auto file = homes_.path() / std::string(1, digit);
    std::ofstream(file) << "/key/swarm/psk/1.0.0/\n/base16/\n" << std::string(64, digit) << "\n";
    EXPECT_EQ(::chmod(file.c_str(), S_IRUSR | S_IWUSR), 0);
    return {.config = concat("network_key = \"", file.string(), "\"\n")};
  }
  std::filesystem::path home(std::string_view name) const { return homes_.path() / name; }

 private:
  const TemporaryDirectory homes_;
};

TEST_F(PrivateNetwork, ThoseWithItsKeyMeetAndOthersDoNot) {
  P2pEngine a(home("a"), with_key('1'));
  const P2pEngine b(home("b"), with_key('1'));
  const P2pEngine with_another_key(home("c"), with_key('2'));
  const P2pEngine without(home("d"));
  b.connect(a.address());
  EXPECT_EQ(b.ipfs({"cat", a.add("among us")}).output, "among us");
  for (const auto* one : {&with_another_key, &without}) {
    const auto refused = one->ipfs({"connect", a.address()});
    EXPECT_NE(refused.code, 0) << refused.output;
    EXPECT_THAT(one->ipfs({"peers"}).output, HasSubstr("no peer is connected"));
  }
}

}  // namespace
}  // namespace hermes::testing
