#pragma once

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/activity.h"
#include "testing/engine/within.h"
#include "wasm/http_exchange.h"

namespace hermes::testing {

/// A client of wasi:http/incoming-handler, which the test plays.
class TestExchange final : public wasm::HttpExchange {
 public:
  explicit TestExchange(std::string target, std::string method = "GET")
      : target_(std::move(target)), method_(std::move(method)) {}

  /// Before it is posted: the whole body; or an inlet to be filled.
  void set_body(std::string body) { body_ = std::move(body); }
  wasm::HttpInlet& open_inlet() { return inlet_.emplace(); }

  std::size_t size() const override { return target_.size() + body_.size(); }

  void on_call(wasm::HttpRequestHead to) override {
    to.line(false, method_, "app.localhost:8080", target_);
    to.field({"Accept", "text/plain"});
    to.field({"X-Two", "1"});
    to.field({"X-Two", "2"});
    to.field({"Connection", "close"});
    inlet_ ? to.body(*inlet_) : to.body(body_);
  }

  void on_response(unsigned status, std::span<const wasm::HttpField> fields,
                   wasm::HttpBody body) override {
    const std::lock_guard lock(mutex_);
    status_ = status;
    for (const auto& field : fields) {
      head_ += std::string(field.name) + ": " + std::string(field.value) + "\n";
    }
    response_.emplace(std::move(body));
    changed_.notify_all();
  }

  void on_refusal(std::string_view why) override {
    const std::lock_guard lock(mutex_);
    refusal_ = why;
  }

  void on_drained() override { drained_.wake(); }

  /// Waits for the head.
  unsigned status() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return response_.has_value(); })) {
      throw std::runtime_error("no response");
    }
    return status_;
  }
  bool has_response() {
    const std::lock_guard lock(mutex_);
    return response_.has_value();
  }
  std::string head() {
    status();
    return head_;
  }
  std::string refusal() {
    const std::lock_guard lock(mutex_);
    return refusal_;
  }

  /// The next piece of the body; nothing at its end, or where it is cut.
  std::optional<std::string> read() {
    status();
    std::string_view piece;
    for (;;) {
      const auto state = response_->poll(*readable_, piece);
      if (state == wasm::HttpBody::State::Data) return std::string(piece);
      if (state == wasm::HttpBody::State::NothingYet) {
        readable_->wait();
        continue;
      }
      is_cut_ = state == wasm::HttpBody::State::Cut;
      return std::nullopt;
    }
  }
  std::string read_all() {
    std::string all;
    while (auto piece = read()) all += *piece;
    return all;
  }
  bool is_cut() const { return is_cut_; }

  /// Gives the response up, as for a client that is gone.
  void drop_response() { response_.reset(); }

  /// Until the inlet has room, or is closed.
  void wait_until_drained() { drained_.wait(); }

 private:
  class Bell {
   public:
    void wake() noexcept {
      const std::lock_guard lock(mutex_);
      ++rung_;
      changed_.notify_all();
    }
    void wait() {
      std::unique_lock lock(mutex_);
      if (!changed_.wait_for(lock, kPatience, [&] { return rung_ > 0; })) {
        throw std::runtime_error("nobody wakes");
      }
      --rung_;
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int rung_ = 0;
  };
  class Readable final : public wasm::Waker {
   public:
    void wake() noexcept override { bell_.wake(); }
    void wait() { bell_.wait(); }

   private:
    Bell bell_;
  };

  const std::string target_;
  const std::string method_;
  std::string body_;
  std::optional<wasm::HttpInlet> inlet_;
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned status_ = 0;
  std::string head_;
  std::string refusal_;
  std::optional<wasm::HttpBody> response_;
  bool is_cut_ = false;
  const std::shared_ptr<Readable> readable_ = std::make_shared<Readable>();
  Bell drained_;
};

}  // namespace hermes::testing
