#include "extensions/http_gateway/normal_path.h"

#include <gtest/gtest.h>

namespace hermes::http_gateway {
namespace {

TEST(NormalPath, IsOneForAllSpellings) {
  const struct {
    const char* path;
    const char* normal;
  } cases[] = {
      {"/", "/"},
      {"/api/admin", "/api/admin"},
      {"/%61pi/%41dmin", "/api/Admin"},
      {"/a%2fb%3f", "/a%2Fb%3F"},
      {"/%7Euser", "/~user"},
      {"/100%", "/100%"},
      {"/%zz%4", "/%zz%4"},
      {"/%2561", "/%2561"},
      {"/api/./admin", "/api/admin"},
      {"/x/../api/admin", "/api/admin"},
      {"/api/%2e%2E/admin", "/admin"},
      {"/../../a", "/a"},
      {"/a/.", "/a/"},
      {"/a/..", "/"},
      {"/a/b/../", "/a/"},
      {"/..", "/"},
      {"/.hidden/..a/a..", "/.hidden/..a/a.."},
      {"//a//b", "/a/b"},
      {"//api/secret", "/api/secret"},
      {"/api//secret//", "/api/secret/"},
      {"/a//../b", "/b"},
      {"/a/%2e//b", "/a/b"},
      {"//", "/"},
      {"///", "/"},
      {"//../a", "/a"},
      {"*", "*"},
      {"", ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(normal_path(c.path), c.normal) << c.path;
    EXPECT_EQ(normal_path(c.normal), c.normal) << c.path;
  }
}

}  // namespace
}  // namespace hermes::http_gateway
