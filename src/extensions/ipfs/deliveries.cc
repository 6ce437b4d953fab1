#include "extensions/ipfs/deliveries.h"

#include <optional>
#include <utility>

#include "base/strings.h"
#include "extensions/ipfs/envelope.h"
#include "p2p/peer_id.h"
#include "wit/hermes/ipfs.h"

namespace hermes::ipfs {
namespace {

using p2p::Verdict;
using wit::ipfs::OnTopic;

constexpr std::uint32_t kDeepest = 16;  // Of messages that apps of one node answer each other with.

}  // namespace

// A message that waits for one app. While it lives, nobody else's opinion becomes the verdict.
struct Deliveries::Delivery {
  Delivery(std::shared_ptr<Inbox> to, std::shared_ptr<Judgement> of)
      : inbox(std::move(to)), judgement(std::move(of)) {
    ++inbox->waiting;
  }
  Delivery(const Delivery&) = delete;
  ~Delivery() { --inbox->waiting; }

  void say(Verdict opinion) const {
    if (judgement) judgement->say(opinion);
  }

  // An answer of one module.
  void hear(const Result<bool>& reply) const {
    if (!reply.has_value()) return say(Verdict::Ignore);
    say(*reply ? Verdict::Accept : Verdict::Reject);
  }

  // All have answered.
  void end(runtime::EventOutcome outcome) {
    using Outcome = runtime::EventOutcome;
    if (outcome == Outcome::Withdrawn || outcome == Outcome::AppStopped) say(Verdict::Ignore);
    judgement.reset();
  }

  const std::shared_ptr<Inbox> inbox;
  std::shared_ptr<Judgement> judgement;  // Null: the app has no say.
};

void Deliveries::deliver(p2p::TopicMessage message) {
  const auto listeners = listeners_.of(message.topic);
  if (listeners.empty()) return;  // They have just left.
  const auto judgement = std::make_shared<Judgement>(std::move(message.pending));
  for (const auto& listener : listeners) {
    deliver_to(listener, message.author, message.data, judgement, 0);
  }
}

bool Deliveries::deliver_here(const Topic& topic, std::string_view data, const runtime::AppId& but,
                              std::uint32_t depth) {
  const auto author = parts_.node->peer();
  bool any = false;
  for (const auto& listener : listeners_.of(topic.wire)) {
    if (listener.rights->app == but) continue;
    deliver_to(listener, author, data, std::make_shared<Judgement>(p2p::Pending()), depth + 1);
    any = true;
  }
  return any;
}

void Deliveries::deliver_to(const Listener& listener, std::string_view author,
                            std::string_view data, const std::shared_ptr<Judgement>& judgement,
                            std::uint32_t depth) {
  const auto say = [&](Verdict opinion) {
    if (listener.has_say()) judgement->say(opinion);
  };
  const auto& rights = *listener.rights;
  if (evictions_.has_evicted(rights.app, author)) return say(Verdict::Ignore);
  std::optional<Opened> opened;
  if (listener.topic.is_structured) {
    auto read = open_envelope(rights, listener.topic, author, data, parts_.clock.now().utc);
    if (!read) return say(Verdict::Reject);
    opened = *std::move(read);
    if (!listener.inbox->heard.note(listener.topic.wire, author, *opened)) {
      return say(Verdict::Ignore);
    }
    inboxes_.save_soon();
  }
  const bool is_posted = post(listener, author, opened ? opened->data : data,
                              listener.has_say() ? judgement : nullptr, depth);
  if (is_posted) return;
  if (parts_.breaches != nullptr) {
    parts_.breaches->report({.limit = runtime::Limit::IpfsMessages, .app = rights.app});
  }
  say(Verdict::Ignore);
}

// False where too many wait.
bool Deliveries::post(const Listener& listener, std::string_view author, std::string_view data,
                      std::shared_ptr<Judgement> judgement, std::uint32_t depth) {
  if (listener.inbox->waiting >= parts_.limits.messages || depth > kDeepest) return false;
  const auto publisher = p2p::peer_text(author);
  const auto delivery = std::make_shared<Delivery>(listener.inbox, std::move(judgement));
  const auto posted = parts_.events.post(
      OnTopic{{listener.topic.name, {data.begin(), data.end()}, publisher}},
      {.app = listener.rights->app}, {"ipfs", concat(listener.topic.name, " ", publisher)},
      {.on_reply = [delivery](const Result<bool>& reply) { delivery->hear(reply); },
       .on_done = [delivery](runtime::EventOutcome outcome) { delivery->end(outcome); }},
      {.depth = depth});
  if (posted) return true;
  delivery->say(Verdict::Ignore);
  const auto code = posted.error().code();
  return code != Code::LimitReached && code != Code::Busy;  // The app ends.
}

}  // namespace hermes::ipfs
