// How long 1,000 requests of a guest take, all at once, to a server that answers after 500 ms.
//
//   http_requests fetch.wasm [WORKERS [REQUESTS]]
//
// From the first event until the last response has reached the guest, which prints it. Responses
// close their connections, so that each round connects anew.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "base/strings.h"
#include "bench/program.h"
#include "extensions/http_request/http_request.h"
#include "io/system_clock.h"
#include "runtime/engine.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kDelay = std::chrono::milliseconds(500);
constexpr int kRounds = 3;
constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";

/// Answers one request of each connection, after a while.
class SlowServer {
 public:
  SlowServer() {
    accept();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~SlowServer() {
    context_.stop();
    thread_.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  struct Visit {
    explicit Visit(tcp::socket s) : socket(std::move(s)), timer(socket.get_executor()) {}
    tcp::socket socket;
    asio::steady_timer timer;
    std::string input = {};
  };

  void accept() {
    acceptor_.async_accept([this](auto error, tcp::socket socket) {
      if (!error) answer(std::make_shared<Visit>(std::move(socket)));
      accept();
    });
  }

  static void answer(std::shared_ptr<Visit> visit) {
    auto& v = *visit;
    asio::async_read_until(v.socket, asio::dynamic_buffer(v.input), "\r\n\r\n",
                           [visit](auto error, std::size_t) {
                             if (error) return;
                             visit->timer.expires_after(kDelay);
                             visit->timer.async_wait([visit](auto) {
                               asio::async_write(visit->socket, asio::buffer(kResponse),
                                                 [visit](auto, std::size_t) {});
                             });
                           });
  }

  asio::io_context context_{1};
  tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
  std::thread thread_;
};

/// Counts the responses that the guest prints.
class CountingLog final : public log::Log {
 public:
  void write(const log::Record& record) override {
    if (record.message.ends_with("||hi")) {
      responses.fetch_add(1);
      responses.notify_all();
    } else {
      std::fprintf(stderr, "%s\n", std::string(record.message).c_str());
    }
  }

  std::atomic<std::size_t> responses = 0;
};

double round(runtime::Engine& engine, CountingLog& log, std::uint16_t port, std::size_t requests) {
  constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  const auto begin = std::chrono::steady_clock::now();
  const auto before = log.responses.load();
  for (std::size_t i = 0; i < requests; ++i) {
    const auto posted = engine.events().post(
        wit::http_gateway::ReplyEvent{
            {kRequest.begin(), kRequest.end()}, {}, "http://127.0.0.1", std::to_string(port)},
        {.app = "local:bench"}, {"bench", "", true});
    if (!posted) std::fprintf(stderr, "%s\n", posted.error().message().c_str());
  }
  for (auto now = before; now < before + requests; now = log.responses) log.responses.wait(now);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Result<> run(std::string component, std::size_t workers, std::size_t requests) {
  io::SystemClock clock;
  CountingLog log;
  SlowServer server;
  const auto home = std::filesystem::temp_directory_path() / "hermes-http-requests";
  const auto engine = TRY(runtime::Engine::create({.workers = workers, .home = home}, clock, log));
  auto outbound = TRY(net::Outbound::open({.requests = requests}, engine->reactors()));
  std::vector<std::unique_ptr<runtime::Extension>> extensions;
  extensions.push_back(http_request::make(std::move(outbound), clock, engine->events(), log));
  TRY(engine->start(std::move(extensions)));
  TRY(engine->start_app({.id = "local:bench",
                         .modules = {{"fetch", std::move(component), "{}"}},
                         .permissions = {"outbound:127.0.0.1"}}));
  for (int i = 0; i < kRounds; ++i) {
    std::printf("%zu requests at once, %zu workers, answers after 500 ms: %.3f s\n", requests,
                workers, round(*engine, log, server.port(), requests));
  }
  engine->stop();
  return {};
}

}  // namespace
}  // namespace hermes::bench

int main(int argc, char** argv) {
  using namespace hermes::bench;
  return program(
      argc, argv, "http_requests COMPONENT [WORKERS [REQUESTS]]", [](const Arguments& arguments) {
        return run(arguments.component(), static_cast<std::size_t>(arguments.number(1, 2)),
                   static_cast<std::size_t>(arguments.number(2, 1'000)));
      });
}
