#include "extensions/ipfs/topics.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/strings.h"

namespace hermes::ipfs {
namespace {

using p2p::Tracked;

std::string queue_of(const runtime::AppId& app) {
  return concat("tables ", app);
}

}  // namespace

Result<> Topics::start() {
  if (parts_.node == nullptr) return {};
  TRY(publisher_.start());
  parts_.node->hear_messages(
      [this](p2p::TopicMessage message) { deliveries_.deliver(std::move(message)); });
  return {};
}

Result<> Topics::app_started(const std::shared_ptr<const Rights>& rights) {
  TRY(inboxes_.app_started(rights->app));
  const auto names = TRY(parts_.repository.tracking().names(Tracked::Topic, rights->app));
  std::set<std::string, std::less<>> wanted;
  for (const auto& name : names) {
    auto topic = topic_of(*rights, name);
    if (!topic) continue;  // It is not granted any more.
    wanted.insert(topic->wire);
    listen(rights, *std::move(topic), [this, rights, name](const Result<>& listens) {
      if (listens) return;
      parts_.log.write({.level = log::Level::Warn,
                        .component = "ipfs",
                        .app = rights->app,
                        .message = concat("it does not hear the topic '", name,
                                          "': ", listens.error().message())});
    });
  }
  for (const auto& wire : listeners_.topics_of(rights->app)) {
    if (!wanted.contains(wire)) leave(rights->app, wire, [](const Result<>&) {});
  }
  return {};
}

void Topics::app_stopped(const runtime::AppId& app) {
  std::shared_ptr<Inbox> inbox;
  {
    const std::lock_guard lock(changing_);
    inbox = inboxes_.app_stopped(app);  // Without one, nothing begins to listen.
  }
  for (const auto& wire : listeners_.topics_of(app)) leave(app, wire, [](const Result<>&) {});
  if (inbox) inboxes_.save(app, *inbox);
}

void Topics::subscribe(std::shared_ptr<const Rights> rights, Topic topic,
                       std::shared_ptr<Question<bool>> question) {
  if (parts_.node == nullptr) return question->fail(Errno::ServiceUnavailable, "no node runs");
  const auto queue = queue_of(rights->app);
  parts_.tasks.run(queue,
                   [this, rights = std::move(rights), topic = std::move(topic),
                    question = std::move(question)] { subscribe_now(rights, topic, question); });
}

void Topics::subscribe_now(const std::shared_ptr<const Rights>& rights, const Topic& topic,
                           const std::shared_ptr<Question<bool>>& question) {
  const auto added = parts_.repository.tracking().add(Tracked::Topic, rights->app, topic.name,
                                                      parts_.limits.topics);
  if (!added.has_value()) {
    const bool is_limit = added.error().code() == Code::LimitReached;
    return question->answer(
        Unexpected(Failure{Errno::PubsubSubscribeError, added.error().message(),
                           is_limit ? std::optional(runtime::Limit::IpfsTopics) : std::nullopt}));
  }
  listen(rights, topic, [this, rights, topic, question](const Result<>& listens) {
    if (listens) return question->answer(true);
    const auto why = listens.error().message();
    parts_.tasks.run(queue_of(rights->app), [this, rights, topic, question, why] {
      if (!listeners_.has(rights->app, topic.wire)) {  // Else it was subscribed before, and is.
        static_cast<void>(
            parts_.repository.tracking().remove(Tracked::Topic, rights->app, topic.name));
      }
      question->fail(Errno::PubsubSubscribeError, why);
    });
  });
}

void Topics::unsubscribe(std::shared_ptr<const Rights> rights, Topic topic,
                         std::shared_ptr<Question<bool>> question) {
  if (parts_.node == nullptr) return question->fail(Errno::ServiceUnavailable, "no node runs");
  const auto queue = queue_of(rights->app);
  parts_.tasks.run(queue,
                   [this, rights = std::move(rights), topic = std::move(topic),
                    question = std::move(question)] { unsubscribe_now(*rights, topic, question); });
}

void Topics::unsubscribe_now(const Rights& rights, const Topic& topic,
                             const std::shared_ptr<Question<bool>>& question) {
  const auto removed = parts_.repository.tracking().remove(Tracked::Topic, rights.app, topic.name);
  if (!removed.has_value()) {
    return question->fail(Errno::PubsubUnsubscribeError, removed.error().message());
  }
  if (!*removed) return question->answer(false);
  leave(rights.app, topic.wire, [question](const Result<>& left) {
    if (left) return question->answer(true);
    question->fail(Errno::PubsubUnsubscribeError, left.error().message());
  });
}

void Topics::listen(const std::shared_ptr<const Rights>& rights, Topic topic,
                    UniqueFunction<void(Result<>)> then) {
  const auto wire = topic.wire;
  const std::lock_guard lock(changing_);
  auto inbox = inboxes_.find(rights->app);
  if (!inbox) return then(Error(Code::Stopping, "the app has stopped"));
  const auto added = listeners_.add({rights, std::move(topic), std::move(inbox)});
  if (parts_.node == nullptr) return then({});
  parts_.requests.run<void>(
      [&](auto done) {
        return parts_.node->subscribe(wire, parts_.limits.node_timeout, std::move(done));
      },
      [this, app = rights->app, wire, added, then = std::move(then)](Result<> listens) mutable {
        if (!listens && added.is_first) listeners_.take_back(app, wire, added.number);
        then(std::move(listens));
      });
}

void Topics::leave(const runtime::AppId& app, std::string_view wire,
                   UniqueFunction<void(Result<>)> then) {
  const std::lock_guard lock(changing_);
  if (!listeners_.remove(app, wire) || parts_.node == nullptr) return then({});
  // Whoever unsubscribes may not come back into the mesh for some time, but an engine that stops
  // may be started again at once.
  if (is_quiet_) return then({});
  parts_.requests.run<void>(
      [&](auto done) {
        return parts_.node->unsubscribe(wire, parts_.limits.node_timeout, std::move(done));
      },
      [then = std::move(then)](Result<> left) mutable {
        const bool is_gone = !left && left.error().code() == Code::NotFound;
        then(is_gone ? Result<>() : std::move(left));
      });
}

void Topics::quiesce() {
  {
    const std::lock_guard lock(changing_);
    is_quiet_ = true;
  }
  if (parts_.node != nullptr) parts_.node->hear_messages(nullptr);
}

void Topics::stop() {
  publisher_.stop();
  inboxes_.stop();
}

}  // namespace hermes::ipfs
