#include "extensions/ipfs/publisher.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/strings.h"
#include "extensions/ipfs/envelope.h"

namespace hermes::ipfs {
namespace {

constexpr std::chrono::milliseconds kPause{5};
constexpr int kLifeShift = 31;  // A life has 2 thousand million messages.

}  // namespace

Result<> Publisher::start() {
  const auto now = parts_.clock.now().utc.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).count();
  life_ = TRY(parts_.repository.tracking().next_life(static_cast<std::uint64_t>(seconds)));
  return {};
}

void Publisher::publish(const std::shared_ptr<const Rights>& rights, Topic topic,
                        const wit::ipfs::MessageData& data, std::uint32_t depth,
                        std::shared_ptr<Question<void>> question) {
  if (data.empty() || data.size() > parts_.limits.message_bytes) {
    return question->fail(
        Errno::InvalidPubsubMessage,
        concat("a message has 1 to ", parts_.limits.message_bytes, " bytes, this ", data.size()));
  }
  if (parts_.node == nullptr) return question->fail(Errno::ServiceUnavailable, "no node runs");
  const auto now = parts_.clock.now();
  std::string sent(data.begin(), data.end());
  if (topic.is_structured) {
    auto envelope = make_envelope(*rights, topic, sent, next_number(rights->app, topic), now.utc,
                                  parts_.node->identity());
    if (!envelope) {
      return question->fail(Errno::InvalidPubsubMessage, envelope.error().message());
    }
    sent = *std::move(envelope);
  }
  const auto left = std::min(parts_.limits.node_timeout, question->left());
  const auto message = std::make_shared<Message>(rights->app, std::move(topic), std::move(sent),
                                                 depth, now.monotonic + left, std::move(question));
  message->question->cancel_with_call([weak = std::weak_ptr(message)] {
    if (const auto kept = weak.lock()) cancel(*kept);
  });
  send(message);
}

std::int64_t Publisher::next_number(const runtime::AppId& app, const Topic& topic) {
  const auto count =
      state_.with([&](State& state) { return ++state.sent[concat(app, "\n", topic.name)]; });
  return static_cast<std::int64_t>(life_ << kLifeShift) + count;
}

void Publisher::send(const std::shared_ptr<Message>& message) {
  const auto left = message->until - parts_.clock.now().monotonic;
  auto cancel_try = parts_.requests.run<std::uint64_t>(
      [&](auto done) {
        return parts_.node->publish(message->topic.wire, message->data, left, std::move(done));
      },
      [this, message](const Result<std::uint64_t>& sent) { finish(message, sent); });
  message->cancel_try.with([&](auto& latest) { latest = std::move(cancel_try); });
  if (message->question->is_cancelled()) cancel(*message);  // While it began.
}

void Publisher::cancel(const Message& message) {
  const auto cancel_try = message.cancel_try.with([](auto& latest) { return latest; });
  if (cancel_try) cancel_try();
}

void Publisher::finish(const std::shared_ptr<Message>& message, const Result<std::uint64_t>& sent) {
  auto& question = *message->question;
  if (sent) {
    const bool here =
        deliveries_.deliver_here(message->topic, message->data, message->app, message->depth);
    if (*sent != 0 || here) return question.answer({});
    return question.fail(Errno::PubsubPublishError,
                         concat("nobody listens to the topic '", message->topic.name, "'"));
  }
  const bool is_over = sent.error().code() != Code::Busy || question.is_cancelled() ||
                       parts_.clock.now().monotonic >= message->until;
  if (is_over) return question.fail(Errno::PubsubPublishError, sent.error().message());
  wait(message);
}

void Publisher::wait(const std::shared_ptr<Message>& message) {
  state_.with([&](State& state) {
    if (state.is_stopped) return;
    if (state.waiting.empty()) alarm_->set(parts_.clock.now().monotonic + kPause);
    state.waiting.push_back(message);
  });
}

void Publisher::try_again() {
  const auto messages = state_.with([](State& state) { return std::exchange(state.waiting, {}); });
  for (const auto& message : messages) {
    if (!message->question->is_cancelled()) send(message);
  }
}

void Publisher::stop() {
  const auto given_up = state_.with([](State& state) {
    state.is_stopped = true;
    return std::exchange(state.waiting, {});
  });
  alarm_.reset();
}

}  // namespace hermes::ipfs
