// Files of an app, as the built program serves them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/gateway_app.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class GatewayFiles : public ::testing::Test {
 protected:
  GatewayFiles()
      : app_(gateway_app("site", {},
                         R"({"files": {"fallback": "index.html",
                     "cache": [{"path": "/assets/.*", "value": "public, max-age=60"}],
                     "headers": {"content-security-policy": "default-src 'self'"}}})",
                         R"(, "www": "www")")) {
    std::filesystem::create_directories(app_.path() + "/www/assets");
    app_.write("www/index.html", "<h1>home</h1>");
    app_.write("www/404.html", "<h1>lost</h1>");
    app_.write("www/assets/app.js", "plain();");
    app_.write("www/assets/app.js.br", "brotli");
    for (int i = 0; i < 300'000; ++i) large_ += static_cast<char>('a' + i * 7 % 26);
    app_.write("www/large.bin", large_);
    app_.write("secret.txt", "secret");
    hermes_ = std::make_unique<HermesProgram>(std::vector<std::string>{"run", app_.path()});
    hermes_->wait_for_app("site");
    client_ = std::make_unique<HttpClient>(hermes_->port());
  }

  HttpAnswer ask(std::string_view path, std::string_view lines = {}) {
    return client_->exchange(get("site", path, lines));
  }

  AppFolder app_;
  std::string large_;
  std::unique_ptr<HermesProgram> hermes_;
  std::unique_ptr<HttpClient> client_;
};

TEST_F(GatewayFiles, AreServedWithWhatABrowserNeeds) {
  const auto home = ask("/");
  EXPECT_EQ(home.body, "<h1>home</h1>");
  EXPECT_EQ(home.header("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(home.header("content-security-policy"), "default-src 'self'");
  EXPECT_EQ(home.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(ask("/", concat("if-none-match: ", home.header("etag"), "\r\n")).status, 304U);
  const auto script = ask("/assets/app.js", "accept-encoding: gzip, br\r\n");
  EXPECT_EQ(script.body, "brotli");
  EXPECT_EQ(script.header("content-encoding"), "br");
  EXPECT_EQ(script.header("cache-control"), "public, max-age=60");
  EXPECT_EQ(ask("/assets").status, 308U);
  EXPECT_EQ(ask("/none", "accept: text/html\r\n").body, "<h1>home</h1>");
  const auto lost = ask("/none.js");
  EXPECT_EQ(lost.status, 404U);
  EXPECT_EQ(lost.body, "<h1>lost</h1>");
}

TEST_F(GatewayFiles, ComeInRanges) {
  EXPECT_EQ(ask("/large.bin").body, large_);
  const auto one = ask("/large.bin", "range: bytes=100000-299999\r\n");
  EXPECT_EQ(one.status, 206U);
  EXPECT_EQ(one.header("content-range"), "bytes 100000-299999/300000");
  EXPECT_EQ(one.body, large_.substr(100'000, 200'000));
  EXPECT_EQ(ask("/large.bin", "range: bytes=-5\r\n").body, large_.substr(299'995));
  EXPECT_EQ(ask("/large.bin", "range: bytes=300000-\r\n").status, 416U);
  const auto several = ask("/large.bin", "range: bytes=0-9,200000-299999\r\n");
  EXPECT_EQ(several.status, 206U);
  EXPECT_THAT(several.header("content-type"), StartsWith("multipart/byteranges; boundary="));
  EXPECT_THAT(several.body, AllOf(HasSubstr("content-range: bytes 0-9/300000"),
                                  HasSubstr(concat("\r\n\r\n", large_.substr(0, 10), "\r\n--")),
                                  HasSubstr(large_.substr(200'000))));
  const auto head = client_->exchange(
      "HEAD /large.bin HTTP/1.1\r\nhost: site.localhost\r\nrange: bytes=0-9\r\n\r\n", true);
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.header("content-length"), "300000");
  EXPECT_EQ(ask("/").body, "<h1>home</h1>") << "the connection is in step";
}

TEST_F(GatewayFiles, StayInTheirDirectory) {
  for (const auto* path :
       {"/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt", "//secret.txt", "/assets/%2e%2e/%2e%2e/app.json",
        "/..%5csecret.txt", "/%00", "/index.html%00.js"}) {
    const auto answered = ask(path);
    EXPECT_EQ(answered.status, 404U) << path;
    EXPECT_THAT(answered.body, Not(HasSubstr("secret"))) << path;
  }
  EXPECT_EQ(ask("/%zz").status, 400U);
}

TEST_F(GatewayFiles, AreNewAtOnce) {
  const auto before = ask("/");
  app_.write("www/index.html", "<h1>HOME</h1>");
  const auto after = ask("/", concat("if-none-match: ", before.header("etag"), "\r\n"));
  EXPECT_EQ(after.status, 200U);
  EXPECT_EQ(after.body, "<h1>HOME</h1>");
}

TEST_F(GatewayFiles, HaveOneNameHoweverItIsEncoded) {
  app_.write("www/a b.txt", "blank");
  app_.write("www/.env", "secret");
  std::filesystem::create_directories(app_.path() + "/www/.well-known");
  app_.write("www/.well-known/security.txt", "contact");
  EXPECT_EQ(ask("/a%20b.txt").body, "blank");
  EXPECT_EQ(ask("/%61%20%62.txt").body, "blank");
  EXPECT_EQ(ask("/.env").status, 404U);
  EXPECT_EQ(ask("/%2eenv").status, 404U);
  EXPECT_EQ(ask("/.well-known/security.txt").body, "contact");
}

TEST_F(GatewayFiles, ProtectBrowsersByDefault) {
  const auto home = ask("/");
  EXPECT_EQ(home.header("cross-origin-opener-policy"), "same-origin");
  EXPECT_EQ(home.header("cross-origin-embedder-policy"), "require-corp");
  EXPECT_EQ(home.header("x-frame-options"), "SAMEORIGIN");
  EXPECT_EQ(home.header("referrer-policy"), "strict-origin-when-cross-origin");
  EXPECT_EQ(home.header("cache-control"), "no-cache");
  const auto since = concat("if-modified-since: ", home.header("last-modified"), "\r\n");
  EXPECT_EQ(ask("/", since).status, 304U);
  EXPECT_EQ(ask("/", "if-modified-since: Thu, 01 Jan 1970 00:00:00 GMT\r\n").status, 200U);
  const auto written =
      client_->exchange("PUT / HTTP/1.1\r\nhost: site.localhost\r\ncontent-length: 0\r\n\r\n");
  EXPECT_EQ(written.status, 405U);
  EXPECT_EQ(written.header("allow"), "GET, HEAD");
}

TEST_F(GatewayFiles, AreSentAsTheyWereCompressedBeforehand) {
  app_.write("www/page.css", "plain");
  for (const auto& [end, coding] :
       {std::pair("zst", "zstd"), std::pair("br", "br"), std::pair("gz", "gzip")}) {
    app_.write(concat("www/page.css.", end), coding);
    const auto answered = ask("/page.css", concat("accept-encoding: ", coding, "\r\n"));
    EXPECT_EQ(answered.body, coding);
    EXPECT_EQ(answered.header("content-encoding"), coding);
    EXPECT_EQ(answered.header("content-type"), "text/css; charset=utf-8");
  }
  EXPECT_EQ(ask("/page.css", "accept-encoding: gzip;q=0.5, zstd;q=0.1\r\n").body, "gzip");
  EXPECT_EQ(ask("/page.css").body, "plain");
}

// What the files are, and not when they were put there, is what their tags say.
TEST_F(GatewayFiles, OfPackagesHaveTagsOfTheirContent) {
  const TemporaryDirectory folder;
  std::vector<std::string> tags;
  for (const auto* name : {"one.happ", "two.happ"}) {
    const auto package = (folder.path() / name).string();
    ASSERT_EQ(hermes_command({"app", "package", app_.path(), "-o", package}).code, 0);
    HermesProgram hermes({"run", "--untrusted", package});
    hermes.wait_for_app("site");
    HttpClient client(hermes.port());
    const auto large = client.exchange(get("site", "/large.bin"));
    EXPECT_EQ(large.body, large_);
    tags.push_back(large.header("etag"));
    app_.write("www/large.bin", large_);
  }
  EXPECT_NE(tags[0], "");
  EXPECT_EQ(tags[0], tags[1]);
}

// The packager does it, where the author has not.
TEST_F(GatewayFiles, OfPackagesAreCompressedBeforehand) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += concat(i, " words\n");
  app_.write("www/words.txt", text);
  const TemporaryDirectory folder;
  const auto package = (folder.path() / "site.happ").string();
  ASSERT_EQ(hermes_command({"app", "package", app_.path(), "-o", package}).code, 0);
  HermesProgram hermes({"run", "--untrusted", package});
  hermes.wait_for_app("site");
  EXPECT_EQ(hermes.curl("site", "/words.txt", {"--compressed"}).body, text);
  HttpClient client(hermes.port());
  for (const auto* coding : {"zstd", "gzip"}) {
    const auto answered =
        client.exchange(get("site", "/words.txt", concat("accept-encoding: ", coding, "\r\n")));
    EXPECT_EQ(answered.header("content-encoding"), coding);
    EXPECT_EQ(answered.header("content-type"), "text/plain; charset=utf-8");
    EXPECT_LT(answered.body.size(), text.size() / 2);
  }
  EXPECT_EQ(client.exchange(get("site", "/words.txt")).body, text);
  const auto script = client.exchange(get("site", "/assets/app.js", "accept-encoding: br\r\n"));
  EXPECT_EQ(script.body, "brotli") << "it is the author's";
}

}  // namespace
}  // namespace hermes::testing
