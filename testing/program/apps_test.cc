// The three example apps, in one engine, to curl and to a browser.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>

#include "testing/engine/temporary_directory.h"
#include "testing/program/browser.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class AppsTest : public ::testing::Test {
 protected:
  HermesProgram hermes{{"run", example_app("board"), example_app("hello"), example_app("pulse")}};
};

const std::vector<std::string> kJson = {"--header", "content-type: application/json"};

std::vector<std::string> post(std::string body) {
  auto options = kJson;
  options.insert(options.end(), {"--data-raw", std::move(body)});
  return options;
}

TEST_F(AppsTest, ServeCurl) {
  hermes.wait_for_app("pulse");
  EXPECT_EQ(hermes.curl("hello", "/api/hello").status, 200);
  EXPECT_EQ(hermes.curl("hello", "/api/hello").body, "hello");
  EXPECT_EQ(hermes.curl("hello", "/api/else").status, 404);
  EXPECT_EQ(hermes.curl("nobody", "/").status, 421);

  const auto posted =
      hermes.curl("board", "/api/messages", post(R"({"name":"Ada","text":"Hi <b>"})"));
  EXPECT_EQ(posted.status, 201) << posted.body;
  const auto messages = hermes.curl("board", "/api/messages");
  EXPECT_EQ(messages.status, 200);
  EXPECT_THAT(messages.body, HasSubstr(R"("name":"Ada","text":"Hi <b>")"));
  EXPECT_EQ(hermes.curl("board", "/api/messages", post("{")).status, 400);
  EXPECT_EQ(hermes.curl("board", "/api/messages", {"--data-raw", "{}"}).status, 415);

  EXPECT_THAT(hermes.curl("board", "/").body, HasSubstr("<html"));
  EXPECT_EQ(hermes.curl("board", "/board.js").status, 200);
  EXPECT_EQ(hermes.curl("board", "/../app.json").status, 404);
  EXPECT_EQ(hermes.curl("board", "/%2e%2e/app.json").status, 404);
}

TEST_F(AppsTest, PulseCountsTicksAndUpdates) {
  hermes.wait_for_app("pulse");
  EXPECT_EQ(hermes.curl("pulse", "/api/beat", {"--request", "POST"}).status, 200);
  std::string counters;
  do {
    counters = hermes.curl("pulse", "/api/pulse").body;
  } while (counters.find(R"("seconds":0)") != counters.npos);
  EXPECT_THAT(counters, HasSubstr(R"("beats":1)"));
  EXPECT_THAT(counters, Not(HasSubstr(R"("updates":0)")));
}

TEST_F(AppsTest, WorkInABrowser) {
  hermes.wait_for_app("pulse");
  EXPECT_EQ(hermes.curl("board", "/api/messages", post(R"({"name":"Ada","text":"Hi <b>"})")).status,
            201);
  EXPECT_EQ(hermes.curl("pulse", "/api/beat", {"--request", "POST"}).status, 200);

  const auto board = browse(hermes.url("board", "/"), "1 message");
  EXPECT_THAT(board, HasSubstr("1 message"));
  EXPECT_THAT(board, HasSubstr("<p>Hi &lt;b&gt;</p>")) << "text of others stays text";
  constexpr auto kBeats = R"(id="beats" class="count">1<)";
  EXPECT_THAT(browse(hermes.url("pulse", "/"), kBeats), HasSubstr(kBeats));
  EXPECT_THAT(browse(hermes.url("hello", "/"), "hello"), HasSubstr("hello"));
}

// A page of the same app that fills in the form of the board in a frame, presses its button, and
// then has somebody else post.
constexpr std::string_view kSomebody = R"(<!doctype html>
<title>Somebody</title>
<iframe src="/"></iframe>
<p id="report">at work</p>
<script type="module">
  const page = () => document.querySelector("iframe").contentDocument;
  const shown = () => [...page().querySelectorAll("#messages p")].map((p) => p.textContent);
  const until = (isSo) => new Promise((done) => {
    const look = () => isSo() ? done() : setTimeout(look, 20);
    look();
  });
  const number = Date.now();
  await until(() => page().querySelector("#status")?.textContent.includes("message"));
  page().querySelector("#name").value = "Ada";
  page().querySelector("#text").value = `through the page ${number}`;
  page().querySelector("button").click();
  await until(() => shown().includes(`through the page ${number}`));
  await fetch("/api/messages", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Bob", text: `from elsewhere ${number}` }),
  });
  await until(() => shown().includes(`from elsewhere ${number}`));
  document.querySelector("#report").textContent = "both are " + "shown";
</script>)";

TEST(Board, IsPostedToThroughItsPageWhichRefreshesItself) {
  const TemporaryDirectory folder;
  const auto board = folder.path() / "board";
  std::filesystem::copy(example_app("board"), board, std::filesystem::copy_options::recursive);
  std::ofstream(board / "www" / "somebody.html") << kSomebody;
  HermesProgram hermes({"run", board.string()});
  hermes.wait_for_app("board");
  constexpr auto kReport = ">both are shown<";
  EXPECT_THAT(browse(hermes.url("board", "/somebody.html"), kReport), HasSubstr(kReport));
  EXPECT_THAT(hermes.curl("board", "/api/messages").body,
              AllOf(HasSubstr(R"("name":"Ada","text":"through the page )"),
                    HasSubstr(R"("name":"Bob","text":"from elsewhere )")));
}

}  // namespace
}  // namespace hermes::testing
