#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "net/http_server.h"
#include "testing/http_client.h"
#include "testing/reactor_thread.h"

namespace hermes::net {

using hermes::testing::HttpClient;
using hermes::testing::ReactorThread;

// A file whose content needs no memory: byte n is n modulo 251.
class Pattern final : public vfs::File {
 public:
  Pattern(std::uint64_t size, std::uint64_t readable) : size_(size), readable_(readable) {}
  std::uint64_t size() const override { return size_; }
  UtcTime modified() const override { return {}; }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
    const auto count = std::min<std::uint64_t>(into.size(), readable_ - offset);
    for (std::size_t i = 0; i < count; ++i) into[i] = std::byte(at(offset + i));
    return count;
  }
  static unsigned char at(std::uint64_t n) { return static_cast<unsigned char>(n % 251); }

 private:
  const std::uint64_t size_;
  const std::uint64_t readable_;
};

// Answers at once, except requests to /later and /streamed…, which wait for the test.
class Handler final : public HttpHandler {
 public:
  struct Exchange {
    Request request;
    Responder responder;
    std::stop_token departure;
    std::thread::id thread;
  };

  void handle(Request request, Responder responder) override {
    if (request.target.starts_with("/streamed")) {
      return keep(std::move(request), std::move(responder));
    }
    if (request.length.value_or(request.body.size()) > most) return refuse(413, responder);
    if (request.is_whole) return answer(std::move(request), std::move(responder));
    auto body = responder.body();
    collect(std::make_shared<Collected>(
        Collected{std::move(request), std::move(responder), std::move(body)}));
  }

  void refused(const Request& request, const Response& answer) override {
    std::lock_guard lock(mutex_);
    refusals_.push_back(
        concat(request.peer, " ", request.method, " ", request.target, " ", answer.status));
  }

  void refused_connection() override { ++refused_connections; }

  std::vector<std::string> refusals() {
    std::lock_guard lock(mutex_);
    return refusals_;
  }

  Exchange next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !waiting_.empty(); });
    auto exchange = std::move(waiting_.front());
    waiting_.pop_front();
    return exchange;
  }

  std::size_t most = std::size_t{8} << 20;
  std::atomic<int> refused_connections = 0;

 private:
  struct Collected {
    Request request;
    Responder responder;
    BodyReader body;
  };

  void collect(std::shared_ptr<Collected> all) {
    all->body.read([this, all](Result<std::string> piece) {
      if (!piece) {
        const auto status = piece.error().code() == Code::TimedOut ? 408U : 400U;
        std::ignore = all->responder.respond(Response::text(status, piece.error().message()));
        return;
      }
      all->request.body += *piece;
      if (all->request.body.size() > most) return refuse(413, all->responder);
      if (!piece->empty()) return collect(all);
      all->request.is_whole = true;
      answer(std::move(all->request), std::move(all->responder));
    });
  }

  static void refuse(unsigned status, Responder& responder) {
    std::ignore = responder.respond(Response::text(status, "the body is too large"));
  }

  void keep(Request request, Responder responder) {
    auto departure = responder.departure();
    std::lock_guard lock(mutex_);
    waiting_.push_back(
        {std::move(request), std::move(responder), departure, std::this_thread::get_id()});
    changed_.notify_all();
  }

  void answer(Request request, Responder responder) {
    if (request.target == "/later") {
      keep(std::move(request), std::move(responder));
    } else if (request.target == "/file") {
      std::ignore = responder.respond({.body = std::make_unique<Pattern>(5'000'000, 5'000'000)});
    } else if (request.target == "/broken-file") {
      std::ignore = responder.respond({.body = std::make_unique<Pattern>(5'000'000, 1'000'000)});
    } else if (request.target == "/large") {
      std::ignore = responder.respond({.body = std::string(3'000'000, 'x')});
    } else if (request.target == "/dropped") {
      return;
    } else if (request.target == "/bad-header") {
      Response response;
      response.headers.add("x", "1\r\ny: 2");
      const auto sent = responder.respond(std::move(response));
      std::ignore = responder.respond({.body = sent.error().message()});
    } else {
      std::ignore = responder.respond({.body = concat(request.target, " ", request.body)});
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Exchange> waiting_;
  std::vector<std::string> refusals_;
};

class HttpServerTest : public ::testing::Test {
 protected:
  HttpServerTest() { ::signal(SIGPIPE, SIG_IGN); }  // As the program does.

  // The reactors outlive the server, which outlives their threads.
  ~HttpServerTest() override {
    for (auto& thread : threads_) thread.join();
  }

  void listen(HttpServerOptions options = {}) {
    std::vector<io::Reactor*> reactors;
    for (auto& thread : threads_) reactors.push_back(&thread.reactor());
    auto listening = HttpServer::listen(std::move(options), reactors, handler);
    ASSERT_TRUE(listening) << listening.error().message();
    server = *std::move(listening);
  }

  HttpClient client() { return HttpClient(server->port()); }

  // That of a thread that runs one.
  io::Reactor& reactor(std::thread::id thread) {
    auto& found = threads_[0];
    return found.id() == thread ? found.reactor() : threads_[1].reactor();
  }

  // Ends once `stopped` does.
  static void wait_for(const std::stop_token& stopped) {
    std::atomic<bool> is_over = false;
    const std::stop_callback notice(stopped, [&] {
      is_over = true;
      is_over.notify_all();
    });
    is_over.wait(false);
  }

 private:
  ReactorThread threads_[2];

 protected:
  Handler handler;
  std::unique_ptr<HttpServer> server;
};

}  // namespace hermes::net
