// apps/fetch: a component in JavaScript that was made for any host of wasi:http.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/strings.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

/// It is large: it is compiled before an engine is waited for.
TEST(FetchApp, RunsAsItIs) {
  const auto app = example_app("fetch");
  const auto inspected =
      hermes_command({"inspect", concat(app, "/fetch.wasm"), "--home", HERMES_TEST_HOME});
  EXPECT_EQ(inspected.code, 0) << inspected.output;
  EXPECT_THAT(inspected.output, HasSubstr("event     wasi:http/incoming-handler@0.2.10#handle"));

  HermesProgram hermes({"run", app});
  hermes.wait_for_app("fetch");
  EXPECT_EQ(hermes.curl("fetch", "/").body, "hello from JavaScript\n");
  EXPECT_EQ(hermes.curl("fetch", "/upper", {"--data-binary", "streams"}).body, "STREAMS");
  EXPECT_EQ(hermes.curl("fetch", "/events").body, "data: 0\n\ndata: 1\n\ndata: 2\n\n");
  EXPECT_EQ(hermes.curl("fetch", "/else").status, 404);
}

}  // namespace
}  // namespace hermes::testing
