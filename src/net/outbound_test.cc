#include "net/outbound.h"

#include <gtest/gtest.h>

#include <future>
#include <set>
#include <string>
#include <utility>

#include "base/strings.h"
#include "testing/reactor_thread.h"
#include "testing/servers/scripted_server.h"

namespace hermes::net {
namespace {

using testing::ScriptedServer;
using testing::Visitor;
using Response = OutboundResult<OutboundResponse>;

class OutboundTest : public ::testing::Test {
 protected:
  ~OutboundTest() override {
    outbound->stop();
    thread.join();
  }

  /// The response, or why the request was not sent.
  Response get(std::uint16_t port) {
    const auto text = concat("GET / HTTP/1.1\r\nHost: 127.0.0.1:", port, "\r\n\r\n");
    auto request = *make_outbound_request(
        "app", hosts, {.host = *parse_host("127.0.0.1"), .port = port}, text, 1'000);
    std::promise<Response> ended;
    outbound->send(
        std::move(request),
        {.on_sent =
             [&](OutboundResult<void> sent) {
               if (!sent.has_value()) ended.set_value(Unexpected(sent.error()));
             },
         .on_response = [&](Response response) { ended.set_value(std::move(response)); }});
    return ended.get_future().get();
  }

  testing::ReactorThread thread;
  io::Reactor* reactors[1] = {&thread.reactor()};
  const std::shared_ptr<const OutboundHosts> hosts = std::make_shared<OutboundHosts>(
      *OutboundHosts::among(std::set<std::string>{"outbound:127.0.0.1"}));
  const std::shared_ptr<Outbound> outbound = *Outbound::open({.requests = 1}, reactors);
};

TEST_F(OutboundTest, AFailedResponseCountsAsUnderWayUntilItIsGone) {
  ScriptedServer server([](Visitor& visitor) {
    visitor.request();
    visitor.reset();
  });
  auto failed = get(server.port());
  ASSERT_EQ(failed.error().kind, OutboundFailure::Kind::NotAnswered);
  EXPECT_EQ(get(server.port()).error().kind, OutboundFailure::Kind::LimitReached);
  failed.error().share.reset();
  EXPECT_EQ(get(server.port()).error().kind, OutboundFailure::Kind::NotAnswered);
}

}  // namespace
}  // namespace hermes::net
