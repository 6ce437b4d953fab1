#include "net/outbound.h"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/strings.h"
#include "testing/reactor_thread.h"
#include "testing/servers/scripted_server.h"

namespace hermes::net {
namespace {

using namespace std::chrono_literals;

using testing::ScriptedServer;
using testing::Visitor;
using Response = OutboundResult<OutboundResponse>;

class OutboundTest : public ::testing::Test {
 protected:
  ~OutboundTest() override {
    outbound->stop();
    thread.join();
  }

  OutboundRequest request(std::uint16_t port) {
    const auto text = concat("GET / HTTP/1.1\r\nHost: 127.0.0.1:", port, "\r\n\r\n");
    return *make_outbound_request("app", hosts, {.host = *parse_host("127.0.0.1"), .port = port},
                                  text, 1'000);
  }

  /// The response, or why the request was not sent.
  Response get(std::uint16_t port) {
    std::promise<Response> ended;
    outbound->send(
        request(port),
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
  std::shared_ptr<Outbound> outbound = *Outbound::open({.requests = 1}, reactors);
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
  // The reactor may still be about to let go of its own.
  auto again = get(server.port());
  const auto latest = std::chrono::steady_clock::now() + 10s;
  while (again.error().kind == OutboundFailure::Kind::LimitReached &&
         std::chrono::steady_clock::now() < latest) {
    again = get(server.port());
  }
  EXPECT_EQ(again.error().kind, OutboundFailure::Kind::NotAnswered);
}

// A response in pieces, of which the test asks for one after the other.
class OutboundStreamTest : public OutboundTest {
 protected:
  OutboundResult<OutboundStream> begin(std::uint16_t port) {
    std::promise<OutboundResult<OutboundStream>> head;
    outbound->send(request(port), {.on_sent = [](OutboundResult<void>) {},
                                   .on_stream =
                                       [&](OutboundResult<OutboundStream> stream) {
                                         head.set_value(std::move(stream));
                                       }});
    return head.get_future().get();
  }

  static OutboundResult<std::string> next(OutboundStream& stream) {
    if (!stream.first.empty()) return std::exchange(stream.first, {});
    return read(stream.body);
  }
  static OutboundResult<std::string> read(OutboundBody& body) {
    std::promise<OutboundResult<std::string>> piece;
    body.read([&](OutboundResult<std::string> read) { piece.set_value(std::move(read)); });
    return piece.get_future().get();
  }
};

TEST_F(OutboundStreamTest, GivesABodyInPieces) {
  outbound = *Outbound::open({}, reactors);
  std::promise<void> is_read;
  ScriptedServer server([&](Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\n\r\n");
    visitor.send("3\r\none\r\n");
    is_read.get_future().wait();
    visitor.send("3\r\ntwo\r\n0\r\n\r\n");
    EXPECT_NE(visitor.request(), "") << "the connection is kept";
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nall\r\n0\r\n\r\n");
  });
  auto stream = *begin(server.port());
  EXPECT_EQ(stream.head.status, 201U);
  EXPECT_EQ(stream.size, std::nullopt);
  EXPECT_EQ(*next(stream), "one");
  is_read.set_value();
  EXPECT_EQ(*next(stream), "two");
  EXPECT_EQ(*next(stream), "");
  EXPECT_EQ(*next(stream), "") << "and again";
  stream = {};
  auto whole = *begin(server.port());
  EXPECT_EQ(whole.size, 3U) << "all of it came with the head";
  EXPECT_EQ(whole.first, "all");
  EXPECT_EQ(*next(whole), "all");
  EXPECT_EQ(*next(whole), "");
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(OutboundStreamTest, CountsAsUnderWayUntilTheBodyIsGone) {
  ScriptedServer server([](Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    visitor.wait_for_end();
  });
  auto stream = begin(server.port());
  EXPECT_EQ(get(server.port()).error().kind, OutboundFailure::Kind::LimitReached);
}

TEST_F(OutboundStreamTest, ABodyThatBreaksOffIsAnErrorEachTime) {
  ScriptedServer server([](Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
  });
  auto stream = *begin(server.port());
  EXPECT_EQ(*next(stream), "half");
  EXPECT_EQ(next(stream).error().kind, OutboundFailure::Kind::NotAnswered);
  EXPECT_EQ(next(stream).error().kind, OutboundFailure::Kind::NotAnswered);
}

TEST_F(OutboundStreamTest, EachPieceHasItsTime) {
  outbound = *Outbound::open({.response_timeout = std::chrono::milliseconds(300)}, reactors);
  ScriptedServer server([](Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    visitor.wait_for_end();
  });
  auto stream = *begin(server.port());
  EXPECT_EQ(*next(stream), "half");
  EXPECT_EQ(next(stream).error().kind, OutboundFailure::Kind::ResponseTimedOut);
}

// A body of which the test says the pieces, one by one; the last is empty.
class SaidBody final : public OutboundSource {
 public:
  void say(std::string piece) {
    std::lock_guard lock(mutex_);
    pieces_.push_back(std::move(piece));
    if (wake_) wake_();
  }

  void begin(UniqueFunction<void()> wake) override {
    std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  State read(std::string& bytes) override {
    std::lock_guard lock(mutex_);
    if (pieces_.empty()) return State::NothingYet;
    bytes = std::move(pieces_.front());
    pieces_.pop_front();
    return bytes.empty() ? State::End : State::Data;
  }

 private:
  std::mutex mutex_;
  std::deque<std::string> pieces_;
  UniqueFunction<void()> wake_;
};

class OutboundBodyTest : public OutboundStreamTest {
 protected:
  void send(std::uint16_t port, std::string_view framing) {
    const auto text =
        concat("PUT / HTTP/1.1\r\nHost: 127.0.0.1:", port, "\r\n", framing, "\r\n\r\n");
    auto request = make_outbound_request(
        "app", hosts, {.host = *parse_host("127.0.0.1"), .port = port}, text, 1'000, body);
    ASSERT_TRUE(request.has_value()) << request.error().message;
    outbound->send(*std::move(request), {.on_sent = [](OutboundResult<void>) {},
                                         .on_stream =
                                             [this](OutboundResult<OutboundStream> stream) {
                                               head.set_value(std::move(stream));
                                             }});
  }

  const std::shared_ptr<SaidBody> body = std::make_shared<SaidBody>();
  std::promise<OutboundResult<OutboundStream>> head;
};

TEST_F(OutboundBodyTest, IsSentAsItComes) {
  std::promise<void> is_seen;
  ScriptedServer server([&](Visitor& visitor) {
    visitor.head();
    EXPECT_EQ(visitor.chunk(), "one");
    is_seen.set_value();
    EXPECT_EQ(visitor.chunk(), "two");
    EXPECT_EQ(visitor.chunk(), "");
    visitor.send(testing::ok("done"));
  });
  send(server.port(), "Transfer-Encoding: chunked");
  body->say("one");
  is_seen.get_future().wait();
  body->say("two");
  body->say("");
  auto stream = head.get_future().get();
  EXPECT_EQ(*next(*stream), "done");
}

TEST_F(OutboundBodyTest, HasTheLengthThatTheHeadSays) {
  ScriptedServer server([](Visitor& visitor) { visitor.send(testing::ok(visitor.request())); });
  send(server.port(), "Content-Length: 6");
  for (const auto* piece : {"one", "two", ""}) body->say(piece);
  auto stream = head.get_future().get();
  EXPECT_TRUE(next(*stream)->ends_with("\r\n\r\nonetwo"));
}

TEST_F(OutboundBodyTest, IsNoLongerThanTheHeadSays) {
  std::promise<std::string> seen;
  ScriptedServer server([&](Visitor& visitor) {
    visitor.head();
    seen.set_value(visitor.rest());
  });
  send(server.port(), "Content-Length: 1");
  body->say("xGET /other HTTP/1.1\r\nHost: another\r\n\r\n");
  EXPECT_EQ(head.get_future().get().error().kind, OutboundFailure::Kind::NotSent);
  EXPECT_EQ(seen.get_future().get(), "");
}

TEST_F(OutboundBodyTest, IsNoShorterThanTheHeadSays) {
  ScriptedServer server([](Visitor& visitor) {
    visitor.head();
    visitor.wait_for_end();
  });
  send(server.port(), "Content-Length: 6");
  for (const auto* piece : {"five.", ""}) body->say(piece);
  EXPECT_EQ(head.get_future().get().error().kind, OutboundFailure::Kind::NotSent);
}

class OutboundBodyLimitTest : public OutboundBodyTest {
 protected:
  OutboundBodyLimitTest() { outbound = *Outbound::open({.stream_bytes = 5}, reactors); }
};

TEST_F(OutboundBodyLimitTest, IsSentUpToIt) {
  ScriptedServer server([](Visitor& visitor) { visitor.send(testing::ok(visitor.request())); });
  send(server.port(), "Content-Length: 5");
  for (const auto* piece : {"five.", ""}) body->say(piece);
  EXPECT_EQ(head.get_future().get().error().kind, OutboundFailure::Kind::ResponseTooLarge)
      << "the request comes back, with its header";
}

TEST_F(OutboundBodyLimitTest, IsOfWhatIsSent) {
  std::promise<std::string> seen;
  ScriptedServer server([&](Visitor& visitor) {
    visitor.head();
    seen.set_value(visitor.rest());
  });
  send(server.port(), "Transfer-Encoding: chunked");
  body->say("no more");
  EXPECT_EQ(head.get_future().get().error().kind, OutboundFailure::Kind::RequestTooLarge);
  EXPECT_EQ(seen.get_future().get(), "");
}

TEST_F(OutboundBodyLimitTest, IsOfWhatComesInPieces) {
  ScriptedServer server([](Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n");
    visitor.send("2\r\nsi\r\n0\r\n\r\n");
    visitor.wait_for_end();
  });
  auto stream = *begin(server.port());
  auto piece = next(stream);
  while (piece.has_value() && !piece->empty()) piece = next(stream);
  ASSERT_FALSE(piece.has_value());
  EXPECT_EQ(piece.error().kind, OutboundFailure::Kind::ResponseTooLarge);
}

TEST_F(OutboundBodyTest, MayBeAnsweredBeforeItIsWhole) {
  ScriptedServer server([](Visitor& visitor) {
    visitor.head();
    visitor.send(testing::ok("no more"));
    visitor.wait_for_end();
  });
  send(server.port(), "Transfer-Encoding: chunked");
  body->say("one");
  auto stream = head.get_future().get();
  EXPECT_EQ(*next(*stream), "no more");
  EXPECT_EQ(body.use_count(), 1) << "nobody wants the rest";
}

}  // namespace
}  // namespace hermes::net
