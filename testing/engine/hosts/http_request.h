#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/call_context.h"
#include "testing/engine/within.h"
#include "wasm/reply.h"
#include "wit/hermes/http_request.h"

namespace hermes::testing {

using SendAnswer = Expected<void, wit::http_request::ErrorCode>;

/// A `send` that was called and is not answered yet.
struct Sending {
  wit::http_request::Payload payload;
  wasm::Reply<SendAnswer> reply;
  std::stop_token stop;
};

/// hermes:http-request as the shapes guest expects it: testing/guests/shapes/README.md.
class HttpRequestHost : public wit::http_request::Api {
 public:
  /// When `send` is answered.
  enum class Answering { AtOnce, FromAnotherThread, ByTheTest };

  /// Before the first `send`; otherwise they are answered at once.
  void answer(Answering answering) { answering_ = answering; }

  void send(wit::http_request::CallContext& call, wit::http_request::Payload payload,
            wasm::Reply<SendAnswer> reply) override {
    switch (answering_) {
      case Answering::AtOnce:
        return reply(answer_to(payload));
      case Answering::FromAnotherThread: {
        const std::lock_guard lock(mutex_);
        threads_.emplace_back(
            [answer = answer_to(payload), reply = std::move(reply)]() mutable { reply(answer); });
        return;
      }
      case Answering::ByTheTest: {
        const std::lock_guard lock(mutex_);
        sendings_.push_back({std::move(payload), std::move(reply), call.stop_token()});
        changed_.notify_all();
        return;
      }
    }
  }

  /// The next that the test has to answer, in the order in which they came; waits for it.
  Sending take() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return !sendings_.empty(); })) {
      throw std::runtime_error("waited for a send that does not come");
    }
    auto sending = std::move(sendings_.front());
    sendings_.erase(sendings_.begin());
    return sending;
  }

  /// How many wait for the test.
  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return sendings_.size();
  }

 private:
  static SendAnswer answer_to(const wit::http_request::Payload& payload) {
    using wit::http_request::ErrorCode;
    if (!payload.request_id) return Unexpected(static_cast<ErrorCode>(payload.port % 6));
    if (payload.port == payload.body.size()) return {};
    return Unexpected(ErrorCode::Internal);
  }

  Answering answering_ = Answering::AtOnce;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Sending> sendings_;
  std::vector<std::jthread> threads_;
};

}  // namespace hermes::testing
