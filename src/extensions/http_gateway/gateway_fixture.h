#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <any>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "extensions/http_gateway/http_gateway.h"
#include "net/outbound.h"
#include "testing/http_client.h"
#include "testing/manual_time.h"
#include "testing/posted_events.h"
#include "testing/reactor_thread.h"
#include "testing/recording_log.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::http_gateway {

using hermes::testing::deliver;
using hermes::testing::HttpAnswer;
using hermes::testing::HttpClient;
using wit::http_gateway::HttpResponse;
using wit::http_gateway::ReplyEvent;
using wit::http_gateway::http_gateway_response::Http;
using wit::http_gateway::http_gateway_response::InternalRedirect;

using Reply = ReplyEvent::Reply;

// Keeps what the gateway posts from its reactors' threads, for the test to wait for.
class AwaitedEvents final : public runtime::Events {
 public:
  runtime::Event next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !accepted_.empty(); });
    auto event = std::move(accepted_.front());
    accepted_.pop_front();
    return event;
  }

  bool is_empty() {
    std::lock_guard lock(mutex_);
    return accepted_.empty();
  }

  void refuse(std::optional<Error> why) {
    std::lock_guard lock(mutex_);
    refusal_ = std::move(why);
  }

 private:
  Result<> accept(runtime::Event&& event) override {
    std::lock_guard lock(mutex_);
    if (refusal_) return *refusal_;
    accepted_.push_back(std::move(event));
    changed_.notify_all();
    return {};
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<runtime::Event> accepted_;
  std::optional<Error> refusal_;
};

// One page, held in memory.
class OnePage final : public vfs::Tree {
 public:
  Result<vfs::Kind> kind(std::string_view path) const override {
    if (path == "index.html") return vfs::Kind::File;
    return Error(Code::NotFound, "there is none");
  }
  Result<std::unique_ptr<vfs::File>> open(std::string_view path) const override {
    if (path != "index.html") return Error(Code::NotFound, "there is none");
    return std::unique_ptr<vfs::File>(std::make_unique<Page>());
  }
  Result<std::vector<vfs::Entry>> list(std::string_view) const override {
    return std::vector<vfs::Entry>{{"index.html", vfs::Kind::File}};
  }

 private:
  class Page final : public vfs::File {
    std::uint64_t size() const override { return kText.size(); }
    UtcTime modified() const override { return {}; }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
      return kText.substr(offset).copy(reinterpret_cast<char*>(into.data()), into.size());
    }
    static constexpr std::string_view kText = "<h1>board</h1>";
  };
};

inline Reply answer(std::uint16_t code, std::string_view body) {
  return Http{{.code = code, .headers = {{"x-app", {"1"}}}, .body = {body.begin(), body.end()}}};
}

inline std::any some(Reply reply) {
  return std::any(std::move(reply));
}

// A module that handles `reply`.
inline runtime::ModuleSource replies(std::string_view id) {
  runtime::ModuleSource module;
  module.id = id;
  module.handlers = {std::string(ReplyEvent::kHandler)};
  return module;
}

class HttpGatewayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto started = extension->start();
    ASSERT_TRUE(started) << started.error().message();
    const auto messages = log.take_messages();
    ASSERT_EQ(messages.size(), 1U);
    ASSERT_THAT(messages.front(), ::testing::HasSubstr("listening on http://127.0.0.1:"));
    port = static_cast<std::uint16_t>(
        std::stoi(messages.front().substr(messages.front().rfind(':') + 1)));
    ASSERT_TRUE(extension->app_started(board()));
  }
  void TearDown() override {
    extension->quiesce();
    extension->stop();
    outbound->stop();
    thread.join();
  }

  static runtime::App board() {
    return app_with(R"({"endpoints": [
        {"id": "hook", "module": "second", "methods": ["POST"], "path": "/hook/[a-z]+",
         "content_types": ["application/json"]}]})");
  }

  static runtime::App app_with(std::string_view http) {
    runtime::App app{.id = "local:board", .name = "board"};
    app.modules = {
        replies("first"), {.id = "idle", .component = "", .config = ""}, replies("second")};
    app.www = std::make_shared<OnePage>();
    app.manifest = *json::Document::parse(concat(R"({"http": )", http, "}"), "app.json");
    return app;
  }

  void change_to(std::string_view http, std::set<std::string> permissions = {}) {
    auto next = app_with(http);
    next.permissions = std::move(permissions);
    const auto changed = extension->app_changed(board(), next);
    ASSERT_TRUE(changed) << changed.error().message();
  }

  // In place of the one that runs.
  void restart(const Options& options) {
    extension->quiesce();
    extension->stop();
    extension = make(options, services());
    SetUp();
  }

  Services services() {
    return {.clock = time,
            .events = events,
            .log = log,
            .reactors = reactors,
            .outbound = outbound,
            .is_ready = &is_ready};
  }

  HttpClient client() const { return HttpClient(port); }

  static std::string request(std::string_view line, std::string_view host = "board.localhost") {
    return concat(line, " HTTP/1.1\r\nHost: ", host, "\r\n\r\n");
  }

  HttpAnswer get(std::string_view line, std::string_view host = "board.localhost") const {
    return client().exchange(request(line, host));
  }

  // What the client gets for GET /api, when the only module that is asked replies so.
  HttpAnswer answer_to(Result<std::any> reply) {
    auto c = client();
    c.send(request("GET /api"));
    auto event = events.next();
    EXPECT_TRUE(deliver(event, std::move(reply)));
    return c.receive();
  }

  hermes::testing::ReactorThread thread;
  AwaitedEvents events;
  hermes::testing::RecordingLog log;
  io::Reactor* const reactors[1] = {&thread.reactor()};
  hermes::testing::ManualTime time{UtcTime()};
  std::shared_ptr<net::Outbound> outbound = *net::Outbound::open({}, reactors);
  std::atomic<bool> is_ready = false;
  std::unique_ptr<runtime::Extension> extension =
      make({.port = 0, .body_bytes = 100, .response_bytes = 100}, services());
  std::uint16_t port = 0;
};

}  // namespace hermes::http_gateway
