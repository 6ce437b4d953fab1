#include "extensions/http_gateway/static_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/strings.h"
#include "testing/manual_time.h"
#include "vfs/directory.h"

namespace hermes::http_gateway {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "static_files_XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root = name;
    write("www/index.html", "home");
    write("www/docs/index.html", "docs");
    write("www/empty/app.js", "js");
    write("www/a b.txt", "blank");
    write("www/.env", "hidden");
    write("www/.git/config", "hidden");
    write("secret.txt", "secret");
    fs::create_symlink("../secret.txt", root / "www/link.txt");
    tree = *vfs::open_directory(root / "www");
  }
  void TearDown() override { fs::remove_all(root); }

  void write(const fs::path& path, std::string_view text) const {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }

  using Lines = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  net::Response get(std::string target, Lines lines = {}) {
    net::Request request{.method = "GET", .target = std::move(target)};
    for (const auto& [name, value] : lines) request.headers.add(name, value);
    return files.serve(*tree, rules, request);
  }

  void set_rules(const char* text) {
    const auto document = *json::Document::parse(text, "app.json");
    auto read = FileRules::read(document.root());
    ASSERT_TRUE(read) << read.error().message();
    rules = *std::move(read);
  }

  hermes::testing::ManualTime time{
      std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now())};
  fs::path root;
  std::unique_ptr<vfs::Tree> tree;
  FileRules rules;
  StaticFiles files{time};
};

std::string header(const net::Response& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or(""));
}

std::string read(const vfs::File& file, std::uint64_t begin, std::uint64_t size) {
  std::string text(size, '\0');
  EXPECT_EQ(*file.read(begin, std::as_writable_bytes(std::span(text))), size);
  return text;
}

std::string text_of(const net::Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  if (const auto* file = std::get_if<std::unique_ptr<vfs::File>>(&response.body)) {
    return *file ? read(**file, 0, (*file)->size()) : "";
  }
  std::string text;
  for (const auto& part : std::get<std::vector<net::BodyPart>>(response.body)) {
    if (const auto* bytes = std::get_if<std::string>(&part)) {
      text += *bytes;
    } else {
      const auto& [file, begin, size] = std::get<net::FilePart>(part);
      text += read(*file, begin, size);
    }
  }
  return text;
}

TEST_F(StaticFilesTest, ServesFilesAndTheIndexOfADirectory) {
  const struct {
    const char* target;
    const char* text;
    const char* type;
  } cases[] = {
      {"/", "home", "text/html; charset=utf-8"},
      {"/index.html?v=1", "home", "text/html; charset=utf-8"},
      {"/docs/", "docs", "text/html; charset=utf-8"},
      {"/empty/app.js", "js", "text/javascript; charset=utf-8"},
      {"/a%20b.txt", "blank", "text/plain; charset=utf-8"},
      {"/%65mpty%2Fapp.js", "js", "text/javascript; charset=utf-8"},
  };
  for (const auto& c : cases) {
    const auto response = get(c.target);
    EXPECT_EQ(response.status, 200U) << c.target;
    EXPECT_EQ(text_of(response), c.text);
    EXPECT_EQ(response.headers.find("content-type"), c.type);
    EXPECT_EQ(response.headers.find("x-content-type-options"), "nosniff");
  }
}

TEST_F(StaticFilesTest, RemembersASmallFileAsLongAsItIsThere) {
  time.advance(std::chrono::minutes(1));
  const auto first = get("/docs/");
  const auto again = get("/docs/");
  EXPECT_EQ(text_of(again), "docs");
  EXPECT_EQ(header(again, "etag"), header(first, "etag"));
  EXPECT_EQ(header(again, "last-modified"), header(first, "last-modified"));
  EXPECT_EQ(text_of(get("/docs/", {{"range", "bytes=1-2"}})), "oc");
  write("www/docs/index.html", "more");
  EXPECT_EQ(text_of(get("/docs/")), "more");
  EXPECT_NE(header(get("/docs/"), "etag"), header(first, "etag"));
  fs::remove(root / "www/docs/index.html");
  EXPECT_EQ(get("/docs/").status, 404U);
  fs::create_symlink("../../secret.txt", root / "www/docs/index.html");
  EXPECT_EQ(get("/docs/").status, 404U);
}

TEST_F(StaticFilesTest, ServesNothingOfAnotherTreeThatItRemembers) {
  time.advance(std::chrono::minutes(1));
  fs::create_directories(root / "other");
  fs::create_symlink("../www/index.html", root / "other/index.html");
  EXPECT_EQ(text_of(get("/")), "home");
  EXPECT_EQ(text_of(get("/")), "home");
  tree = *vfs::open_directory(root / "other");
  EXPECT_EQ(get("/").status, 404U);
}

TEST_F(StaticFilesTest, LeavesTheTreeForNoPath) {
  for (const auto* target :
       {"/missing", "/empty/", "/../secret.txt", "/%2e%2e/secret.txt", "/docs/../../secret.txt",
        "/..%2fsecret.txt", "/docs/..%5c..%5csecret.txt", "/link.txt", "/.env", "/.git/config",
        "/%2egit/config", "//secret.txt", "/%2f%2fsecret.txt", "/docs//index.html",
        "/index.html%00.txt", "/index.html/", "/./index.html", "*"}) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 404U) << target;
    EXPECT_EQ(text_of(response), "404 Not Found: there is no such page\n") << target;
  }
  EXPECT_EQ(get("/%zz").status, 400U);
}

TEST_F(StaticFilesTest, RedirectsToADirectory) {
  EXPECT_EQ(get("/docs").status, 308U);
  EXPECT_EQ(get("/docs").headers.find("location"), "/docs/");
  EXPECT_EQ(get("/doc%73?a=b").headers.find("location"), "/doc%73/?a=b");
  EXPECT_EQ(get("//docs").status, 404U) << "its slash would make it another host";
}

TEST_F(StaticFilesTest, OnlyReads) {
  net::Request request{.method = "HEAD", .target = "/"};
  EXPECT_EQ(files.serve(*tree, rules, request).status, 200U);
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
    request.method = method;
    const auto response = files.serve(*tree, rules, request);
    EXPECT_EQ(response.status, 405U);
    EXPECT_EQ(response.headers.find("allow"), "GET, HEAD");
  }
}

TEST_F(StaticFilesTest, SaysWhatHasNotChanged) {
  const auto home = get("/");
  const auto etag = header(home, "etag");
  const auto modified = header(home, "last-modified");
  EXPECT_EQ(etag.size(), 34U) << etag;
  const struct {
    std::pair<std::string, std::string> line;
    unsigned status;
  } cases[] = {
      {{"If-None-Match", etag}, 304U},
      {{"If-None-Match", "\"other\", W/" + etag}, 304U},
      {{"If-None-Match", "*"}, 304U},
      {{"If-None-Match", "\"other\""}, 200U},
      {{"If-Modified-Since", modified}, 304U},
      {{"If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"}, 200U},
      {{"If-Modified-Since", "yesterday"}, 200U},
      {{"If-Match", etag}, 200U},
      {{"If-Match", "\"other\""}, 412U},
      {{"If-Match", "W/" + etag}, 412U},
      {{"If-Unmodified-Since", modified}, 200U},
      {{"If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"}, 412U},
  };
  for (const auto& c : cases) {
    const auto response = get("/", {c.line});
    EXPECT_EQ(response.status, c.status) << c.line.first << ": " << c.line.second;
    if (c.status == 304U) {
      EXPECT_EQ(header(response, "etag"), etag);
      EXPECT_EQ(text_of(response), "");
    }
  }
  EXPECT_EQ(get("/", {{"If-None-Match", "\"other\""}, {"If-Modified-Since", modified}}).status,
            200U)
      << "the date counts only without a tag";
  write("www/index.html", "hoMe");
  EXPECT_EQ(get("/", {{"If-None-Match", etag}}).status, 200U) << "at once, of the same size";
}

TEST_F(StaticFilesTest, SendsTheRangesThatAreAskedFor) {
  write("www/digits.txt", "0123456789");
  const auto etag = header(get("/digits.txt"), "etag");
  EXPECT_EQ(header(get("/digits.txt"), "accept-ranges"), "bytes");
  const auto one = get("/digits.txt", {{"Range", "bytes=2-4"}});
  EXPECT_EQ(one.status, 206U);
  EXPECT_EQ(header(one, "content-range"), "bytes 2-4/10");
  EXPECT_EQ(text_of(one), "234");
  const auto none = get("/digits.txt", {{"Range", "bytes=10-"}});
  EXPECT_EQ(none.status, 416U);
  EXPECT_EQ(header(none, "content-range"), "bytes */10");
  EXPECT_EQ(text_of(get("/digits.txt", {{"Range", "lines=1"}})), "0123456789");

  EXPECT_EQ(get("/digits.txt", {{"Range", "bytes=0-0"}, {"If-Range", etag}}).status, 206U);
  EXPECT_EQ(get("/digits.txt", {{"Range", "bytes=0-0"}, {"If-Range", "\"other\""}}).status, 200U);
  EXPECT_EQ(get("/digits.txt", {{"Range", "bytes=0-0"}, {"If-Range", "W/" + etag}}).status, 200U);
  EXPECT_EQ(get("/digits.txt", {{"Range", "bytes=0-0"}, {"If-None-Match", etag}}).status, 304U);

  const auto several = get("/digits.txt", {{"Range", "bytes=0-1,-1"}});
  EXPECT_EQ(several.status, 206U);
  const auto type = header(several, "content-type");
  const std::string_view prefix = "multipart/byteranges; boundary=";
  ASSERT_TRUE(type.starts_with(prefix)) << type;
  const auto boundary = type.substr(prefix.size());
  const auto part = [&](std::string_view range, std::string_view bytes) {
    return concat("--", boundary,
                  "\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-range: ", range,
                  "\r\n\r\n", bytes, "\r\n");
  };
  EXPECT_EQ(text_of(several), concat(part("bytes 0-1/10", "01"), part("bytes 9-9/10", "9"), "--",
                                     boundary, "--\r\n"));
  EXPECT_EQ(several.body_size(), text_of(several).size());
}

TEST_F(StaticFilesTest, SendsWhatWasCompressedBeforehand) {
  write("www/app.js", "plain");
  write("www/app.js.br", "brotli");
  write("www/app.js.zst", "zstd");
  write("www/photo.png", "plain");
  write("www/photo.png.br", "brotli");
  write("www/gone.js.br", "brotli");
  const struct {
    const char* target;
    const char* accept;
    const char* text;
    const char* coding;
  } cases[] = {
      {"/app.js", "", "plain", ""},
      {"/app.js", "gzip", "plain", ""},
      {"/app.js", "gzip, br", "brotli", "br"},
      {"/app.js", "gzip, br, zstd", "zstd", "zstd"},
      {"/app.js", "br;q=0", "plain", ""},
      {"/photo.png", "br", "plain", ""},
  };
  for (const auto& c : cases) {
    const auto response = get(c.target, {{"Accept-Encoding", c.accept}});
    EXPECT_EQ(text_of(response), c.text) << c.accept;
    EXPECT_EQ(header(response, "content-encoding"), c.coding);
  }
  const auto script = get("/app.js", {{"Accept-Encoding", "br"}});
  EXPECT_EQ(header(script, "content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header(script, "vary"), "accept-encoding");
  EXPECT_EQ(header(get("/app.js"), "vary"), "accept-encoding");
  EXPECT_NE(header(script, "etag"), header(get("/app.js"), "etag"));
  EXPECT_EQ(get("/gone.js", {{"Accept-Encoding", "br"}}).status, 404U);
}

TEST_F(StaticFilesTest, KnowsAFileAgain) {
  time.advance(std::chrono::hours(1));
  const auto etag = header(get("/"), "etag");
  EXPECT_EQ(header(get("/"), "etag"), etag);
  EXPECT_EQ(text_of(get("/")), "home");
  write("www/copy.html", "home");
  EXPECT_EQ(header(get("/copy.html"), "etag"), etag) << "it is a hash of the content";
  write("www/new.html", "hoMe");
  fs::rename(root / "www/new.html", root / "www/index.html");
  EXPECT_NE(header(get("/"), "etag"), etag);
  EXPECT_EQ(text_of(get("/")), "hoMe");
  write("www/large.bin", std::string(2 << 20, 'x'));
  EXPECT_EQ(header(get("/large.bin"), "etag").size(), 34U);
  EXPECT_EQ(header(get("/large.bin"), "etag"), header(get("/large.bin"), "etag"));
  EXPECT_EQ(get("/large.bin").body_size(), std::uint64_t{2 << 20});
}

TEST_F(StaticFilesTest, AnswersForPagesThatAreNotThere) {
  write("www/404.html", "lost");
  const auto lost = get("/none");
  EXPECT_EQ(lost.status, 404U);
  EXPECT_EQ(text_of(lost), "lost");
  EXPECT_EQ(header(lost, "content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(get("/.env", {{"If-None-Match", "*"}}).status, 404U);
  set_rules(R"({"fallback": "index.html"})");
  const auto page = get("/users/7", {{"Accept", "text/html,*/*"}});
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(text_of(page), "home");
  EXPECT_EQ(get("/app.js", {{"Accept", "*/*"}}).status, 404U) << "a script is no page";
}

TEST_F(StaticFilesTest, ShowsWhatIsWellKnown) {
  write("www/.well-known/security.txt", "contact");
  EXPECT_EQ(text_of(get("/.well-known/security.txt")), "contact");
  write("www/.well-known/.hidden", "hidden");
  EXPECT_EQ(get("/.well-known/.hidden").status, 404U);
  EXPECT_EQ(get("/.well-known/../../secret.txt").status, 404U);
}

TEST_F(StaticFilesTest, SetsTheHeadersOfTheManifest) {
  const auto safe = get("/");
  EXPECT_EQ(header(safe, "cache-control"), "no-cache");
  EXPECT_EQ(header(safe, "cross-origin-opener-policy"), "same-origin");
  EXPECT_EQ(header(safe, "cross-origin-embedder-policy"), "require-corp");
  EXPECT_EQ(header(safe, "x-frame-options"), "SAMEORIGIN");
  EXPECT_EQ(header(safe, "referrer-policy"), "strict-origin-when-cross-origin");
  set_rules(R"({"cache": [{"path": "/docs/.*", "value": "max-age=60"},
                          {"path": "/.*", "value": "no-store"}],
                "headers": {"Content-Security-Policy": "default-src 'self'",
                            "X-Frame-Options": "DENY", "referrer-policy": null}})");
  const auto own = get("/docs/");
  EXPECT_EQ(header(own, "cache-control"), "max-age=60");
  EXPECT_EQ(header(get("/"), "cache-control"), "no-store");
  EXPECT_EQ(header(own, "content-security-policy"), "default-src 'self'");
  EXPECT_EQ(header(own, "x-frame-options"), "DENY");
  EXPECT_EQ(header(own, "referrer-policy"), "");
  EXPECT_EQ(header(own, "x-content-type-options"), "nosniff");
}

}  // namespace
}  // namespace hermes::http_gateway
