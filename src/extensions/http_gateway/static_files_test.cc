#include "extensions/http_gateway/static_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/strings.h"
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

  net::Response get(std::string target, std::string_view since = {}) const {
    net::Request request{.method = "GET", .target = std::move(target)};
    if (!since.empty()) request.headers.add("If-Modified-Since", since);
    return serve_file(*tree, request);
  }

  fs::path root;
  std::unique_ptr<vfs::Tree> tree;
};

// The file's text; empty if there is no file.
std::string text_of(const net::Response& response) {
  const auto* file = std::get_if<std::unique_ptr<vfs::File>>(&response.body);
  if (!file) return "";
  std::string text((*file)->size(), '\0');
  EXPECT_EQ(*(*file)->read(0, std::as_writable_bytes(std::span(text))), text.size());
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

TEST_F(StaticFilesTest, LeavesTheTreeForNoPath) {
  for (const auto* target :
       {"/missing", "/empty/", "/../secret.txt", "/%2e%2e/secret.txt", "/docs/../../secret.txt",
        "/..%2fsecret.txt", "/docs/..%5c..%5csecret.txt", "/link.txt", "/.env", "/.git/config",
        "/%2egit/config", "//secret.txt", "/%2f%2fsecret.txt", "/docs//index.html",
        "/index.html%00.txt", "/index.html/", "/./index.html", "*"}) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 404U) << target;
    EXPECT_EQ(text_of(response), "") << target;
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
  EXPECT_EQ(serve_file(*tree, request).status, 200U);
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
    request.method = method;
    const auto response = serve_file(*tree, request);
    EXPECT_EQ(response.status, 405U);
    EXPECT_EQ(response.headers.find("allow"), "GET, HEAD");
  }
}

TEST_F(StaticFilesTest, SaysWhatHasNotChanged) {
  const std::string modified(*get("/").headers.find("last-modified"));
  const auto unchanged = get("/", modified);
  EXPECT_EQ(unchanged.status, 304U);
  EXPECT_EQ(unchanged.headers.find("last-modified"), modified);
  EXPECT_EQ(text_of(unchanged), "");
  EXPECT_EQ(get("/", "Thu, 01 Jan 1970 00:00:00 GMT").status, 200U);
  EXPECT_EQ(get("/", "yesterday").status, 200U);
}

}  // namespace
}  // namespace hermes::http_gateway
