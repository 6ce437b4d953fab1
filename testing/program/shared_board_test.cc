// The example app `shared_board`, on engines that know nothing of each other but where the first
// is.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/app_folder.h"
#include "testing/program/browser.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kApp = "shared-board";
constexpr std::string_view kCompiled = HERMES_TEST_HOME "/compiled";
constexpr std::string_view kListening = "listening at ";

std::string word_after(std::string_view text, std::string_view before) {
  const auto at = text.find(before);
  if (at == text.npos) return "";
  const auto rest = text.substr(at + before.size());
  return std::string(rest.substr(0, rest.find_first_of(" \n\",")));
}

std::string noise(std::size_t size) {
  std::string bytes;
  for (unsigned state = 1; bytes.size() < size; state = state * 1'103'515'245U + 12'345U) {
    bytes += static_cast<char>(state >> 16U);
  }
  return bytes;
}

class Board {
 public:
  Board(const fs::path& home, const std::string& bootstrap,
        const std::string& app = example_app("shared_board"))
      : hermes_(arguments(home, bootstrap, app), home, {"env", "-u", "HERMES_NO_P2P"}) {
    hermes_.wait_for_app(kApp);
  }

  HermesProgram& program() { return hermes_; }

  // "/ip4/127.0.0.1/tcp/1234/p2p/12D3KooW…"
  std::string address() {
    const auto line = hermes_.process().line_with(kListening);
    std::string peer;
    while (peer.empty()) {
      peer = word_after(hermes_.ctl({"status", "-o", "json"}).output, R"("p2p":{"peer":")");
    }
    return concat(word_after(line, kListening), "/p2p/", peer);
  }

  std::string messages() { return hermes_.curl(kApp, "/api/messages").body; }

  // By itself, as far as the test goes on.
  std::string wait_for(std::string_view text) {
    std::string all;
    while (all.find(text) == all.npos) all = messages();
    return all;
  }

  Answer post(std::string_view text) {
    return hermes_.curl(kApp, "/api/messages",
                        {"--header", "content-type: application/json", "--data-raw",
                         concat(R"({"name":"Ada","text":")", text, R"("})")});
  }

  Answer drop(const fs::path& file, std::string_view name) {
    return hermes_.curl(kApp, concat("/api/files?by=Ada&name=", name),
                        {"--header", "content-type: application/octet-stream", "--data-binary",
                         concat("@", file.string())});
  }

 private:
  static std::vector<std::string> arguments(const fs::path& home, const std::string& bootstrap,
                                            const std::string& app) {
    fs::create_directories(home);
    std::ofstream(home / "hermes.toml") << "[p2p]\none_host = true\n";
    return {"run",
            app,
            "--config",
            home / "hermes.toml",
            "--p2p-listen",
            "/ip4/127.0.0.1/tcp/0",
            "--p2p-bootstrap",
            bootstrap,
            "--code-cache",
            std::string(kCompiled)};
  }

  HermesProgram hermes_;
};

class SharedBoard : public ::testing::Test {
 protected:
  fs::path path(std::string_view name) const { return directory_.path() / name; }

 private:
  const TemporaryDirectory directory_;
};

TEST_F(SharedBoard, ShowsOnEachEngineWhatIsWrittenOnTheOther) {
  Board one(path("one"), "");
  Board two(path("two"), one.address());
  EXPECT_EQ(one.post("from one").status, 201);
  EXPECT_THAT(two.wait_for("from one"), HasSubstr(R"("here":false)"));
  EXPECT_EQ(two.post("from two").status, 201);
  const auto all = one.wait_for("from two");
  EXPECT_LT(all.find("from one"), all.find("from two"));
}

TEST_F(SharedBoard, OpensAFileFromTheOtherEngine) {
  constexpr std::size_t kSize = std::size_t{3} << 20U;
  Board one(path("one"), "");
  Board two(path("two"), one.address());
  std::ofstream(path("file"), std::ios::binary) << noise(kSize);
  const auto dropped = one.drop(path("file"), "a%20map%C3%A9.bin");
  EXPECT_EQ(dropped.status, 201) << dropped.body;
  EXPECT_THAT(dropped.body, HasSubstr(R"("file":"a mapé.bin","cid":"Qm)"));
  const auto link = concat("/api/files/", word_after(dropped.body, R"("id":")"));
  two.wait_for("a mapé.bin");
  const auto opened = two.program().curl(kApp, link);
  EXPECT_EQ(opened.status, 200);
  EXPECT_TRUE(opened.body == noise(kSize)) << opened.body.size() << " bytes";

  HttpClient client(two.program().port());
  const auto answer =
      client.exchange(concat("GET ", link, " HTTP/1.1\r\nhost: ", kApp, ".localhost\r\n\r\n"));
  EXPECT_EQ(answer.header("content-disposition"), "attachment; filename*=UTF-8''a%20map%C3%A9.bin");
  EXPECT_EQ(answer.header("content-type"), "application/octet-stream");
  EXPECT_EQ(two.program().curl(kApp, "/api/files/nobody/1").status, 404);
}

TEST_F(SharedBoard, TellsWhoComesLaterWhatWasWrittenBefore) {
  Board one(path("one"), "");
  EXPECT_EQ(one.post("to nobody").status, 201);
  const auto address = one.address();
  {
    Board two(path("two"), address);
    two.wait_for("to nobody");
    EXPECT_EQ(two.post("before it went").status, 201);
    one.wait_for("before it went");
    two.program().process().signal(SIGTERM);
    EXPECT_EQ(two.program().process().wait(), 0);
  }
  EXPECT_EQ(one.post("while it was away").status, 201);
  Board two(path("two"), address);
  const auto all = two.wait_for("while it was away");
  EXPECT_THAT(all, AllOf(HasSubstr("to nobody"), HasSubstr("before it went")));
  EXPECT_EQ(all.find("to nobody"), all.rfind("to nobody")) << "said twice, kept once";
}

TEST_F(SharedBoard, ShowsNothingThatNoBoardWouldSay) {
  const AppFolder app(R"({"name": "shared-board", "version": "1.0.0", "permissions": ["ipfs"],
                          "modules": [{"component": "ipfs_script.wasm"}]})",
                      {"ipfs_script"});
  Board one(path("one"), "");
  Board stranger(path("stranger"), one.address(), app.path());
  const auto say = [&](std::string_view message) {
    std::string said;
    while (said != "ok") {
      said = stranger.program()
                 .curl(kApp, "/api/pubsub-publish/posts", {"--data-raw", std::string(message)})
                 .body;
    }
  };
  EXPECT_EQ(one.post("to find the moment").status, 201);
  const auto seconds = word_after(one.messages(), R"("time":)");
  const auto moment = concat(R"({"moment":)", seconds, "000000");
  say(concat(moment, R"(,"name":"Eve","text":"","file":"x","cid":"../x","size":1})"));
  say(R"({"moment":900000000000000000,"name":"Eve","text":"always the newest"})");
  say(R"({"moment":1,"name":"Eve","text":"of 1970"})");
  say(concat(moment, R"(,"name":"Eve","text":"as it should be"})"));
  EXPECT_THAT(one.wait_for("as it should be"),
              AllOf(Not(HasSubstr("../x")), Not(HasSubstr("newest")), Not(HasSubstr("1970"))));
}

TEST_F(SharedBoard, RefusesWhatIsNoFileOfIt) {
  Board one(path("one"), "");
  std::ofstream(path("large")) << std::string((std::size_t{8} << 20U) + 1, 'x');
  std::ofstream(path("small")) << "x";
  EXPECT_EQ(one.drop(path("large"), "large").status, 413);
  EXPECT_EQ(one.drop(path("small"), "").status, 400);
  EXPECT_EQ(one.drop(path("small"), "%ff").status, 400);
  EXPECT_EQ(one.program()
                .curl(kApp, "/api/files?by=Ada&name=x",
                      {"--header", "content-type: text/plain", "--data-raw", "x"})
                .status,
            415);
  EXPECT_THAT(one.messages(), HasSubstr(R"("messages":[])"));
}

// A page of the same app that writes through the page in a frame, and drops a picture on it.
constexpr std::string_view kSomebody = R"(<!doctype html>
<title>Somebody</title>
<iframe src="/"></iframe>
<p id="report">at work</p>
<script type="module">
  const frame = document.querySelector("iframe");
  const page = () => frame.contentDocument;
  const until = (isSo) => new Promise((done) => {
    const look = () => isSo() ? done() : setTimeout(look, 20);
    look();
  });
  await until(() => page().querySelector("#status")?.textContent.includes("message"));
  page().querySelector("#name").value = "Ada";
  page().querySelector("#text").value = "through the page";
  page().querySelector("button").click();
  await until(() => page().querySelector("#messages p")?.textContent === "through the page");
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 7;
  canvas.getContext("2d").fillRect(1, 1, 5, 5);
  const blob = await new Promise((done) => canvas.toBlob(done));
  const dataTransfer = new frame.contentWindow.DataTransfer();
  dataTransfer.items.add(new File([blob], "dot.png", { type: "image/png" }));
  page().body.dispatchEvent(
    new frame.contentWindow.DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  await until(() => page().querySelector("#messages img")?.naturalWidth === 7);
  document.querySelector("#report").textContent = "both are " + "there";
</script>)";

// And one that waits for both on the other engine.
constexpr std::string_view kReader = R"(<!doctype html>
<title>Reader</title>
<iframe src="/"></iframe>
<p id="report">at work</p>
<script type="module">
  const page = () => document.querySelector("iframe").contentDocument;
  const look = () => {
    const isSo = page().querySelector("#messages img")?.naturalWidth === 7 &&
      page().querySelector("#messages li:last-child p")?.textContent === "through the page";
    if (!isSo) return setTimeout(look, 20);
    document.querySelector("#report").textContent = "both are " + "there";
  };
  look();
</script>)";

TEST_F(SharedBoard, IsWrittenToAndDroppedOnThroughItsPage) {
  const auto app = path("app");
  fs::copy(example_app("shared_board"), app, fs::copy_options::recursive);
  std::ofstream(app / "www" / "somebody.html") << kSomebody;
  std::ofstream(app / "www" / "reader.html") << kReader;
  Board one(path("one"), "", app);
  Board two(path("two"), one.address(), app);
  constexpr auto kReport = ">both are there<";
  EXPECT_THAT(browse(one.program().url(kApp, "/somebody.html"), kReport), HasSubstr(kReport));
  EXPECT_THAT(browse(two.program().url(kApp, "/reader.html"), kReport), HasSubstr(kReport));
}

}  // namespace
}  // namespace hermes::testing
