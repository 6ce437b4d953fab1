#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "base/result.h"
#include "extensions/http_gateway/exchange.h"
#include "net/responder.h"
#include "runtime/activity.h"
#include "runtime/event.h"
#include "wasm/http_exchange.h"

namespace hermes::http_gateway {

/// A request at a module that exports wasi:http/incoming-handler. Both bodies stream, each as fast
/// as its slower side takes it:
///
///   client ──BodyReader──▶ inlet ──▶ guest ──▶ body ──BodyWriter──▶ client
///
/// The response begins when the guest first waits after it gave the head, or has written a piece:
/// what is whole by then is sent with its length. Owned by its event, and by what is under way.
class Incoming final : public wasm::HttpExchange,
                       public runtime::CallObserver,
                       public std::enable_shared_from_this<Incoming> {
 public:
  Incoming(std::shared_ptr<Exchange> exchange, runtime::ModuleId module);

  /// Posts the event, once.
  void start();

  // By the guest, on the thread of its call.
  void on_call(wasm::HttpRequestHead to) override;
  void on_response(unsigned status, std::span<const wasm::HttpField> fields,
                   wasm::HttpBody body) override;
  void on_refusal(std::string_view why) override;
  void on_drained() override;
  std::size_t size() const override;

  void on_wait() noexcept override;

 private:
  enum class Phase : std::uint8_t {
    Waiting,   // For the guest's answer.
    Head,      // It is there, and not sent.
    Body,      // The head is sent.
    Draining,  // All that the client gets is sent, but the guest still writes.
    Over,
  };
  struct Sending {
    Phase phase = Phase::Waiting;
    net::Response head;
    std::optional<std::uint64_t> size;  // That the guest says.
    std::optional<wasm::HttpBody> body;
    std::string ahead;  // Of the body, before the head is sent.
    net::BodyWriter writer;
    bool is_writing = false;
    unsigned status = 0;               // Of a response that has begun.
    std::uint64_t bytes = 0;           // That were written.
    Code failure = Code::GuestFailed;  // Of the call, where its body is cut.
  };
  struct Posted {
    bool is_over = false;  // The client is gone.
    std::optional<runtime::Ticket> ticket;
  };
  struct Leave {
    Incoming& incoming;
    void operator()() const { incoming.leave(); }
  };
  class Awakener;

  Result<> post();
  void on_reply(Result<> reply);
  void on_done(runtime::EventOutcome outcome);
  void leave();

  void read();
  void on_piece(Result<std::string> piece);

  void send_soon();
  void send();
  void send(Sending& sending);
  void send_head(Sending& sending, wasm::HttpBody::State state, std::string& bytes);
  void write(Sending& sending, std::string bytes);
  void on_written(Result<> written);
  void finish(Sending& sending, Phase phase);
  void refuse(Sending& sending, unsigned status, std::string_view why);
  void refuse_for(Sending& sending, Code failure);

  const std::shared_ptr<Exchange> exchange_;
  const runtime::ModuleId module_;
  runtime::Activity activity_;
  const bool is_head_;  // The method is HEAD.
  std::atomic<bool> is_valid_{true};
  std::atomic<bool> is_head_early_{false};  // It is there, and the guest has not waited since.

  std::optional<wasm::HttpInlet> inlet_;  // Of a body that is not whole.
  net::BodyReader reader_;
  std::atomic<bool> is_paused_{true};  // Nobody reads: whoever resets it does so next.

  std::shared_ptr<Awakener> awakener_;
  Guarded<Sending> sending_;
  Guarded<Posted> posted_;
  std::optional<std::stop_callback<Leave>> on_departure_;  // Last, since it calls back.
};

}  // namespace hermes::http_gateway
