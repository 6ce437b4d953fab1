// The app apps/fetch: components in four languages that were made for any host of wasi:http.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/language_apps.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class FetchTest : public LanguageApps {
 protected:
  FetchTest() : LanguageApps("fetch") {}
};

TEST_F(FetchTest, EachRunsAsItIs) {
  for (const auto& language : languages) {
    const auto& [name, app, component] = language;
    const auto inspected = inspect(language);
    EXPECT_THAT(inspected, HasSubstr("event     wasi:http/incoming-handler@0.2."));
    EXPECT_THAT(inspected, Not(HasSubstr("hermes:"))) << name;
    EXPECT_EQ(hermes.curl(app, "/").body, concat("hello from ", name, "\n"));
    EXPECT_EQ(hermes.curl(app, "/upper", {"--data-binary", "whole"}).body, "WHOLE") << name;
    EXPECT_EQ(hermes.curl(app, "/events").body, "data: 0\n\ndata: 1\n\ndata: 2\n\n") << name;
    EXPECT_EQ(hermes.curl(app, "/else").status, 404) << name;
  }
}

TEST_F(FetchTest, EachAnswersAPieceBeforeTheNextIsThere) {
  for (const auto& language : languages) {
    HttpClient client(hermes.port());
    client.send(concat("POST /upper HTTP/1.1\r\nHost: ", language.app,
                       ".localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"));
    EXPECT_EQ(client.receive(true).status, 200U) << language.name;
    EXPECT_EQ(client.chunk(), "ONE") << language.name;
    client.send("3\r\ntwo\r\n0\r\n\r\n");
    EXPECT_EQ(client.chunk(), "TWO") << language.name;
    EXPECT_EQ(client.chunk(), "") << language.name;
  }
}

}  // namespace
}  // namespace hermes::testing
