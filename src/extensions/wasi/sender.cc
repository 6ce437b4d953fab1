#include "extensions/wasi/sender.h"

#include <cstdint>
#include <string>
#include <utility>

#include "base/strings.h"

namespace hermes::wasi {
namespace {

using wasm::WasiHost;
using Answer = wasm::Reply<WasiHost::Answer>;
using Kind = net::OutboundFailure::Kind;

constexpr std::size_t kLongestHost = 300;  // In the log.

WasiHost::Response parts(const net::ReceivedResponse& response) {
  return {static_cast<std::uint16_t>(response.status),
          {response.head.begin(), response.head.end()},
          {response.body.begin(), response.body.end()}};
}

// The answer that is waited for, and what the log is told if there is none.
class Waiting {
 public:
  Waiting(Answer reply, log::Log& log, const Asker& asker, std::string what)
      : reply_(std::move(reply)), log_(log), asker_(asker), what_(std::move(what)) {}

  void succeed(const net::ReceivedResponse& response) { reply_(parts(response)); }

  void fail(const net::OutboundFailure& failure) {
    if (failure.kind != Kind::Stopping) {
      log_.write({.level = log::Level::Warn,
                  .component = "wasi",
                  .app = asker_.app,
                  .module = asker_.module,
                  .message = concat(what_, ": ", failure.message)});
    }
    reply_(Unexpected(WasiHost::Failure(static_cast<std::uint8_t>(failure.kind), failure.message)));
  }

 private:
  Answer reply_;
  log::Log& log_;
  const Asker asker_;
  const std::string what_;
};

class OutboundSender final : public WasiHost::Sender {
 public:
  OutboundSender(std::shared_ptr<Client> client, log::Log& log, Asker asker)
      : client_(std::move(client)), log_(log), asker_(std::move(asker)) {}
  OutboundSender(const OutboundSender&) = delete;
  ~OutboundSender() override {
    client_->with([&](net::Outbound&) { ticket_.cancel(); });
  }

  void send(const WasiHost::Request& request, Answer reply) override {
    const auto waiting =
        std::make_shared<Waiting>(std::move(reply), log_, asker_,
                                  concat(request.host.substr(0, kLongestHost), ":", request.port));
    const bool is_open =
        client_->with([&](net::Outbound& outbound) { send(outbound, request, waiting); });
    if (!is_open) waiting->fail({Kind::Stopping, "the engine has stopped"});
  }

 private:
  void send(net::Outbound& outbound, const WasiHost::Request& request,
            const std::shared_ptr<Waiting>& waiting) {
    auto read = this->read(request, outbound.options().request_bytes);
    if (!read.has_value()) return waiting->fail(read.error());
    const auto on_response = [waiting](net::OutboundResult<net::OutboundResponse> response) {
      if (!response.has_value()) return waiting->fail(response.error());
      waiting->succeed(response->response);
    };
    const auto on_sent = [waiting](net::OutboundResult<void> sent) {
      if (!sent.has_value()) waiting->fail(sent.error());
    };
    ticket_ = outbound.send(*std::move(read), {.on_sent = on_sent, .on_response = on_response});
  }

  net::OutboundResult<net::OutboundRequest> read(const WasiHost::Request& request,
                                                 std::size_t most) const {
    auto host = net::parse_host(request.host);
    if (!host || request.port == 0) {
      return Unexpected(net::OutboundFailure{Kind::Invalid, "this is no host and port"});
    }
    return net::make_outbound_request(asker_.app, asker_.hosts,
                                      {request.tls, *std::move(host), request.port},
                                      std::string(request.message), most);
  }

  const std::shared_ptr<Client> client_;
  log::Log& log_;
  const Asker asker_;
  net::OutboundTicket ticket_;
};

}  // namespace

std::unique_ptr<WasiHost::Sender> make_sender(std::shared_ptr<Client> client, log::Log& log,
                                              Asker asker) {
  return std::make_unique<OutboundSender>(std::move(client), log, std::move(asker));
}

}  // namespace hermes::wasi
