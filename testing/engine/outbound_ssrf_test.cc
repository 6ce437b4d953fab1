// What a guest may not reach by hermes:http-request or by wasi:http, however it says it. Each
// attempt is made at a real server of this machine, which must not see a connection.

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <string_view>

#include "testing/engine/fetch_fixture.h"

namespace hermes::testing {
namespace {

class OutboundSsrfTest : public FetchFixture,
                         public ::testing::WithParamInterface<std::string_view> {
 protected:
  OutboundSsrfTest() { guest = GetParam(); }

  void expect_refused(std::string_view uri, std::string_view permission) {
    const auto app = concat("app", ++apps_);
    std::set<std::string> permissions;
    if (!permission.empty()) permissions.emplace(permission);
    add_app(app, std::move(permissions));
    const auto answer = send(uri, server.port(), get_request(uri), 0, app);
    EXPECT_TRUE(is_refusal(answer)) << uri << ": " << answer;
    EXPECT_EQ(server.connections(), 0U) << uri;
  }

  // Of hermes:http-request, and of wasi:http: HTTP-request-denied, destination-IP-prohibited,
  // HTTP-request-URI-invalid, internal-error.
  static bool is_refusal(std::string_view answer) {
    static const std::set<std::string_view> kRefusals{"internal", "refused",  "error 15",
                                                      "error 4",  "error 19", "error 38"};
    return kRefusals.contains(answer);
  }

  ScriptedServer server{answers(ok("secret"))};

 private:
  int apps_ = 0;
};

TEST_P(OutboundSsrfTest, NoHostIsAllowedByDefault) {
  names.set("any.test", {"127.0.0.1"});
  start_engine();
  for (const auto* uri : {"http://127.0.0.1", "http://any.test", "http://localhost"}) {
    expect_refused(uri, "");
    expect_refused(uri, "outbound:other.test");
    expect_refused(uri, "shutdown");
  }
  expect_refused("http://127.0.0.1", "outbound:127.0.0.1:1");
}

TEST_P(OutboundSsrfTest, ARedirectIsNotFollowed) {
  ScriptedServer redirects(answers(concat("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:",
                                          server.port(), "/\r\nContent-Length: 4\r\n\r\ngone")));
  start_fetching({"outbound:127.0.0.1"});
  EXPECT_EQ(get("http://127.0.0.1", redirects.port(), 1), "sent");
  log.wait_for_text("302");
  EXPECT_EQ(server.connections(), 0U);
}

TEST_P(OutboundSsrfTest, ANameThatLeadsToLoopbackIsRefused) {
  start_engine();
  const std::array addresses{"127.0.0.1",  "127.1.2.3",   "0.0.0.0",         "10.0.0.1",
                             "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1",
                             "::1",        "::",          "fe80::1",         "fd00::1"};
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto name = concat("evil", i, ".test");
    names.set(name, {addresses[i]});
    expect_refused(concat("http://", name), concat("outbound:", name));
  }
  expect_refused("http://localhost", "outbound:localhost");
}

TEST_P(OutboundSsrfTest, ANameThatLeadsToAMappedAddressIsRefused) {
  names.set("mapped.test", {"::ffff:127.0.0.1"});
  names.set("nat64.test", {"64:ff9b::127.0.0.1"});
  names.set("6to4.test", {"2002:7f00:1::"});
  start_engine();
  expect_refused("http://mapped.test", "outbound:mapped.test");
  expect_refused("http://nat64.test", "outbound:nat64.test");
  expect_refused("http://6to4.test", "outbound:6to4.test");
}

TEST_P(OutboundSsrfTest, ANameIsConnectedOnlyWhereItMayBe) {
  names.set("mixed.test", {"127.0.0.1", "10.0.0.1", "127.0.0.7"});
  ScriptedServer other(answers(ok("x")));
  start_fetching({"outbound:mixed.test", concat("outbound:127.0.0.1:", other.port())});
  EXPECT_EQ(get("http://mixed.test", other.port()), "sent");
  EXPECT_TRUE(is_refusal(get("http://mixed.test", server.port()))) << "the address has a port";
  EXPECT_EQ(server.connections(), 0U);
}

TEST_P(OutboundSsrfTest, AMappedAddressIsRefused) {
  start_engine();
  for (const auto* uri : {"http://[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]",
                          "http://[0:0:0:0:0:ffff:127.0.0.1]", "http://[::127.0.0.1]"}) {
    expect_refused(uri, "outbound:127.0.0.1");
  }
}

TEST_P(OutboundSsrfTest, DecimalAndOctalHostsAreRefused) {
  start_engine();
  for (const auto* uri : {"http://2130706433", "http://017700000001", "http://0177.0.0.1",
                          "http://0x7f.0.0.1", "http://0x7f000001", "http://127.1",
                          "http://127.0.1", "http://127.0.0.01", "http://127.0.0.1."}) {
    expect_refused(uri, "outbound:127.0.0.1");
  }
}

TEST_P(OutboundSsrfTest, UserinfoIsRefused) {
  names.set("good.test", {"127.0.0.1"});
  start_engine();
  for (const auto* uri :
       {"http://good.test@127.0.0.1", "http://user:secret@127.0.0.1", "http://@127.0.0.1",
        "http://127.0.0.1@good.test", "http://127.0.0.1#@good.test", "http://127.0.0.1\\@good.test",
        "http://127.0.0.1/", "http://127.0.0.1:80", "http://127.0.0.1?"}) {
    expect_refused(uri, "outbound:127.0.0.1");
    expect_refused(uri, "outbound:good.test");
  }
}

TEST_P(OutboundSsrfTest, ANameThatChangesItsMindIsCheckedEachTime) {
  ScriptedServer other(answers(ok("x")));
  names.set("rebinding.test", {"127.0.0.1"});
  start_fetching({"outbound:rebinding.test", concat("outbound:127.0.0.1:", other.port())});
  EXPECT_EQ(get("http://rebinding.test", other.port()), "sent");
  names.set("rebinding.test", {"127.0.0.2"});
  const auto again = send("http://rebinding.test", other.port(),
                          "POST / HTTP/1.1\r\nHost: rebinding.test\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(is_refusal(again)) << again;
}

INSTANTIATE_TEST_SUITE_P(By, OutboundSsrfTest, ::testing::Values("fetch", "wasi_fetch"),
                         [](const auto& guest) { return std::string(guest.param); });

}  // namespace
}  // namespace hermes::testing
