#include "extensions/http_gateway/accept_encoding.h"

#include <gtest/gtest.h>

#include <string>

namespace hermes::http_gateway {
namespace {

std::string show(std::string_view value) {
  std::string names;
  for (const auto& coding : accepted_codings(value)) {
    names.append(names.empty() ? "" : " ").append(coding.name);
  }
  return names;
}

TEST(AcceptEncoding, PrefersWhatTheClientDoes) {
  const struct {
    const char* value;
    const char* codings;
  } cases[] = {
      {"", ""},
      {"gzip", "gzip"},
      {"x-gzip", "gzip"},
      {"gzip, deflate, br, zstd", "zstd br gzip"},
      {"GZIP , Br", "br gzip"},
      {"gzip;q=1.0, br;q=0.5", "gzip br"},
      {"gzip;q=0.2,br;q=0.9,zstd;q=0.9", "zstd br gzip"},
      {"br;q=0, gzip", "gzip"},
      {"br; q=0.000", ""},
      {"*", "zstd br gzip"},
      {"*;q=0", ""},
      {"gzip;q=0.5, *;q=0", "gzip"},
      {"br;q=0,*", "zstd gzip"},
      {"identity", ""},
      {"identity;q=1, gzip;q=0.5", ""},
      {"identity;q=0.5, gzip;q=0.5", "gzip"},
      {"identity;q=0, br", "br"},
      {"deflate", ""},
      {"gzip;q=2", ""},
      {"gzip;q=1.5", ""},
      {"gzip;q=", ""},
      {"gzip;q=0.1234", ""},
      {"gzip;level=9", ""},
      {"brr, gzi", ""},
      {",,;,=", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(show(c.value), c.codings) << c.value;
}

}  // namespace
}  // namespace hermes::http_gateway
