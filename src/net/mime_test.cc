#include "net/mime.h"

#include <gtest/gtest.h>

namespace hermes::net {
namespace {

TEST(ContentType, FollowsTheEndOfTheName) {
  const struct {
    const char* path;
    const char* type;
  } cases[] = {
      {"index.html", "text/html; charset=utf-8"},
      {"js/APP.JS", "text/javascript; charset=utf-8"},
      {"app.min.css", "text/css; charset=utf-8"},
      {"module.wasm", "application/wasm"},
      {"logo.svg", "image/svg+xml"},
      {"README", "application/octet-stream"},
      {"dir.html/file", "application/octet-stream"},
      {"dot.", "application/octet-stream"},
  };
  for (const auto& c : cases) EXPECT_EQ(content_type(c.path), c.type) << c.path;
}

}  // namespace
}  // namespace hermes::net
