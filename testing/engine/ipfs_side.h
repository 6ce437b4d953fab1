#pragma once

#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/strings.h"
#include "extensions/ipfs/ipfs.h"
#include "io/system_clock.h"
#include "p2p/content_fetcher.h"
#include "p2p/peer_id.h"
#include "p2p/test_node.h"
#include "runtime/engine.h"
#include "testing/engine/awaited_log.h"
#include "testing/engine/guests.h"
#include "testing/engine/home.h"
#include "testing/engine/posted.h"
#include "testing/engine/within.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::testing {

/// An engine with a node and its repository, of which a test may have several.
class IpfsSide {
 public:
  enum class Network : std::uint8_t { On, Off };

  explicit IpfsSide(const ipfs::Limits& limits = {}, Network network = Network::On)
      : limits_(limits), network_(network) {
    start();
  }
  IpfsSide(const IpfsSide&) = delete;
  ~IpfsSide() { engine_.reset(); }

  /// An app that is the guest `ipfs_script`.
  void start_app(std::string_view name, std::set<std::string> permissions,
                 const std::string& section = "{}", std::set<std::string> denied = {}) {
    auto app = app_of(name, {"ipfs_script"});
    app.permissions = std::move(permissions);
    app.denied.permissions = std::move(denied);
    app.manifest = expect(json::Document::parse(concat(R"({"ipfs":)", section, "}"), "app.json"));
    expect(engine_->start_app(std::move(app)));
  }
  void stop_app(std::string_view name) { expect(engine_->stop_app(concat("local:", name))); }

  /// The engine ends, and another begins on what it has left.
  void restart() {
    engine_.reset();
    start();
  }

  /// What the guest answers, or why its call failed.
  std::string call(std::string_view function, std::string_view argument = "",
                   std::string_view body = "", std::string_view app = "app") {
    using Reply = wit::http_gateway::ReplyEvent;
    Reply event{{body.begin(), body.end()}, {}, concat("/api/", function, "/", argument), "POST"};
    auto heard = within_patience(post(engine_->events(), std::move(event),
                                      {.app = concat("local:", app)}, {"test", "", true}));
    if (heard.replies.size() != 1) throw std::runtime_error("not one module answers");
    const auto& reply = heard.replies.front();
    if (!reply.has_value()) return reply.error().message();
    const auto& http = std::get<wit::http_gateway::http_gateway_response::Http>(**reply);
    return {http.value.body.begin(), http.value.body.end()};
  }

  /// The messages that an app has heard, as it prints them.
  std::vector<std::string> heard(std::string_view app = "app") const {
    std::vector<std::string> messages;
    for (const auto& line : log.lines()) {
      const bool is_one =
          line.app == concat("local:", app) && line.message.starts_with("on-topic ");
      if (is_one) messages.push_back(line.message);
    }
    return messages;
  }

  p2p::Libp2pNode& node() { return *net.node; }
  std::string peer() { return p2p::peer_text(net.node->peer()); }

  p2p::TestNode net;
  AwaitedLog log;

 private:
  template <typename T>
  static Result<T>::Value expect(Result<T> result) {
    if (!result.has_value()) throw std::runtime_error(result.error().message());
    return *std::move(result);
  }

  void start() {
    engine_ = expect(runtime::Engine::create(
        {.workers = 1, .calls = 64, .wasm = engine_options(), .home = shared_home()}, clock_, log));
    auto* const node = network_ == Network::On ? net.node.get() : nullptr;
    content_.emplace(clock_, net.repository->blocks(), node);
    std::vector<std::unique_ptr<runtime::Extension>> extensions;
    extensions.push_back(ipfs::make({.clock = clock_,
                                     .log = log,
                                     .events = engine_->events(),
                                     .breaches = &engine_->breaches(),
                                     .repository = net.repository.get(),
                                     .content = &*content_,
                                     .node = node},
                                    limits_));
    expect(engine_->start(std::move(extensions)));
  }

  const ipfs::Limits limits_;
  const Network network_;
  io::SystemClock clock_;
  std::optional<p2p::ContentFetcher> content_;
  std::unique_ptr<runtime::Engine> engine_;
};

}  // namespace hermes::testing
