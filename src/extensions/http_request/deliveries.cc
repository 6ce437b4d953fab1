#include "extensions/http_request/deliveries.h"

#include <utility>

#include "base/strings.h"

namespace hermes::http_request {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 1s;
constexpr auto kPatience = 30s;

}  // namespace

Deliveries::Deliveries(Clock& clock, runtime::Events& events, log::Log& log)
    : clock_(clock), events_(events), log_(log), alarm_(clock.alarm([this] { post_again(); })) {}

void Deliveries::deliver(Sender to, wit::http_request::OnHttpResponse response,
                         std::shared_ptr<const void> share) {
  Waiting delivery{std::move(to), std::move(response), std::move(share),
                   clock_.now().monotonic + kPatience};
  state_.with([&](State& state) {
    if (state.is_quiet || post(delivery)) return;
    if (state.waiting.empty()) ring_in_a_second();
    state.waiting.push_back(std::move(delivery));
  });
}

// Whether no more is to be done for it.
bool Deliveries::post(const Waiting& delivery) {
  const auto posted =
      events_.post(delivery.response, {delivery.to.app, {delivery.to.module}},
                   {.extension = "http_request", .key = delivery.to.module, .unique = true});
  if (posted) return true;
  const auto code = posted.error().code();
  if (code != Code::LimitReached && code != Code::Busy) return true;  // The app ends.
  if (clock_.now().monotonic < delivery.until) return false;
  log_.write({.level = log::Level::Error,
              .component = "http_request",
              .app = delivery.to.app,
              .module = delivery.to.module,
              .message = concat("a response is lost: ", posted.error().message())});
  return true;
}

void Deliveries::post_again() {
  state_.with([&](State& state) {
    std::erase_if(state.waiting, [&](const Waiting& delivery) { return post(delivery); });
    if (!state.waiting.empty()) ring_in_a_second();
  });
}

void Deliveries::ring_in_a_second() {
  alarm_->set(clock_.now().monotonic + kPause);
}

void Deliveries::forget(const runtime::AppId& app) {
  state_.with([&](State& state) {
    std::erase_if(state.waiting, [&](const Waiting& delivery) { return delivery.to.app == app; });
  });
}

void Deliveries::quiesce() {
  state_.with([](State& state) {
    state.is_quiet = true;
    state.waiting.clear();
  });
}

}  // namespace hermes::http_request
