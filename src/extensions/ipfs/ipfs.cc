#include "extensions/ipfs/ipfs.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "extensions/ipfs/checks.h"
#include "extensions/ipfs/works.h"
#include "p2p/peer_id.h"
#include "runtime/per_app.h"
#include "runtime/permission.h"

namespace hermes::ipfs {
namespace {

using namespace wit::ipfs;

template <typename T>
using ReplyOf = wasm::Reply<Expected<T, Errno>>;
using RightsOf = std::shared_ptr<const Rights>;

constexpr std::string_view kIpfs = "ipfs";
constexpr std::string_view kDht = "dht";

#define NEED(function, permission) {"hermes:ipfs/api#" function, permission}
constexpr runtime::Need kNeeds[] = {
    NEED("dht-put", kDht),           NEED("dht-provide", kDht),
    NEED("dht-put", kIpfs),          NEED("dht-provide", kIpfs),
    NEED("dht-get", kIpfs),          NEED("dht-get-providers", kIpfs),
    NEED("file-add", kIpfs),         NEED("file-get", kIpfs),
    NEED("file-pin", kIpfs),         NEED("file-unpin", kIpfs),
    NEED("peer-evict", kIpfs),       NEED("pubsub-publish", kIpfs),
    NEED("pubsub-subscribe", kIpfs), NEED("pubsub-unsubscribe", kIpfs)};
#undef NEED

std::string text_of(const std::vector<std::uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

// Ties imports to what does them: who may, what is missing, and why it failed.
class Ipfs final : public runtime::Extension, public wit::ipfs::Api {
 public:
  Ipfs(const Services& services, const Limits& limits) : services_(services), limits_(limits) {
    if (services.repository == nullptr) return;
    works_ = std::make_unique<Works>(
        Works::Services{services.clock, services.log, services.events, services.breaches,
                        *services.repository, *services.content, services.node},
        limits);
  }

  std::string_view name() const override { return "ipfs"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide<Api>(*this); }
  std::span<const runtime::Need> needs() const override { return kNeeds; }

  Result<> start() override { return works_ ? works_->start() : Result<>(); }
  // Of an app that does not start, nobody says that it stops.
  Result<> app_started(const runtime::App& app) override {
    auto started = begin(app);
    if (!started) app_stopped(app.id);
    return started;
  }
  Result<> app_changed(const runtime::App& before, const runtime::App& after) override {
    auto changed = begin(after);
    if (!changed) static_cast<void>(begin(before));
    return changed;
  }
  void app_stopped(const runtime::AppId& app) override {
    if (works_) works_->app_stopped(app);
    rights_.remove(app);
  }
  void quiesce() override {
    if (works_) works_->quiesce();
  }
  void stop() override {
    if (works_) works_->stop();
  }

  Result<Expected<PeerId, Errno>> get_peer_id(CallContext&) override {
    using Answer = Expected<PeerId, Errno>;
    if (services_.node == nullptr) return Answer(Unexpected(Errno::ServiceUnavailable));
    return Answer(p2p::peer_text(services_.node->peer()));
  }
  Result<Expected<bool, Errno>> ipfs_content_validate(CallContext& call,
                                                      IpfsContent content) override {
    const auto rights = rights_.find(call.app());
    const auto now = services_.clock.now().utc;
    return Expected<bool, Errno>(rights && is_acceptable(*rights, content, limits_, now));
  }

  void file_add(CallContext& call, IpfsFile contents, ReplyOf<FileAddResult> reply) override {
    ask(call, "file-add", std::move(reply), [&](auto rights, auto question) {
      works_->files.add(std::move(rights), std::move(contents), std::move(question));
    });
  }
  void file_get(CallContext& call, IpfsPath path, ReplyOf<IpfsFile> reply) override {
    ask(call, "file-get", std::move(reply),
        [&](auto rights, auto question) { works_->files.get(rights, path, std::move(question)); });
  }
  void file_pin(CallContext& call, IpfsPath path, ReplyOf<bool> reply) override {
    ask(call, "file-pin", std::move(reply), [&](auto rights, auto question) {
      works_->files.pin(std::move(rights), path, std::move(question));
    });
  }
  void file_unpin(CallContext& call, IpfsPath path, ReplyOf<bool> reply) override {
    ask(call, "file-unpin", std::move(reply), [&](auto rights, auto question) {
      works_->files.unpin(rights, path, std::move(question));
    });
  }

  void dht_put(CallContext& call, DhtKey key, DhtValue value, ReplyOf<bool> reply) override {
    if (!may(call, "dht-put", kDht, reply)) return;
    ask(call, "dht-put", std::move(reply), [&](auto rights, auto question) {
      works_->records.put(std::move(rights), text_of(key), text_of(value), std::move(question));
    });
  }
  void dht_get(CallContext& call, DhtKey key, ReplyOf<DhtValue> reply) override {
    ask(call, "dht-get", std::move(reply), [&](auto rights, auto question) {
      works_->records.get(std::move(rights), text_of(key), std::move(question));
    });
  }
  void dht_provide(CallContext& call, DhtKey key, ReplyOf<void> reply) override {
    if (!may(call, "dht-provide", kDht, reply)) return;
    ask(call, "dht-provide", std::move(reply), [&](auto rights, auto question) {
      works_->records.provide(std::move(rights), text_of(key), std::move(question));
    });
  }
  void dht_get_providers(CallContext& call, DhtKey key,
                         ReplyOf<std::vector<PeerId>> reply) override {
    ask(call, "dht-get-providers", std::move(reply), [&](auto rights, auto question) {
      works_->records.find_providers(rights, text_of(key), std::move(question));
    });
  }

  void peer_evict(CallContext& call, PeerId peer, ReplyOf<bool> reply) override {
    ask(call, "peer-evict", std::move(reply), [&](auto rights, auto question) {
      works_->evictions.evict(std::move(rights), peer, std::move(question));
    });
  }
  void pubsub_publish(CallContext& call, PubsubTopic topic, MessageData message,
                      ReplyOf<void> reply) override {
    ask_of_topic(call, "pubsub-publish", topic, Errno::PubsubPublishError, std::move(reply),
                 [&](auto rights, Topic named, auto question) {
                   works_->topics.publisher().publish(rights, std::move(named), message,
                                                      call.depth(), std::move(question));
                 });
  }
  void pubsub_subscribe(CallContext& call, PubsubTopic topic, ReplyOf<bool> reply) override {
    ask_of_topic(call, "pubsub-subscribe", topic, Errno::PubsubSubscribeError, std::move(reply),
                 [&](auto rights, Topic named, auto question) {
                   works_->topics.subscribe(std::move(rights), std::move(named),
                                            std::move(question));
                 });
  }
  void pubsub_unsubscribe(CallContext& call, PubsubTopic topic, ReplyOf<bool> reply) override {
    ask_of_topic(call, "pubsub-unsubscribe", topic, Errno::PubsubUnsubscribeError, std::move(reply),
                 [&](auto rights, Topic named, auto question) {
                   works_->topics.unsubscribe(std::move(rights), std::move(named),
                                              std::move(question));
                 });
  }

 private:
  Result<> begin(const runtime::App& app) {
    const auto rights = std::make_shared<const Rights>(TRY(read_rights(app, limits_)));
    rights_.set(app.id, rights);
    if (!works_) return {};
    if (rights->has(kIpfs)) return works_->app_started(rights);
    works_->app_stopped(app.id);  // It may have had the permission until now.
    return {};
  }

  template <typename T>
  static bool may(const CallContext& call, std::string_view function, std::string_view permission,
                  ReplyOf<T>& reply) {
    const auto allowed = runtime::require_permission(call, function, permission);
    if (!allowed) reply.fail(allowed.error());
    return allowed.has_value();
  }

  // `act` has the rights of the app, and answers the question.
  template <typename T, typename Act>
  void ask(CallContext& call, std::string_view function, ReplyOf<T> reply, Act act) {
    if (!may(call, function, kIpfs, reply)) return;
    auto question = question_of<T>(call, function, std::move(reply));
    auto rights = rights_.find(call.app());
    if (!works_) return question->fail(Errno::ServiceUnavailable, "there is no content of IPFS");
    if (!rights) return question->fail(Errno::ServiceUnavailable, "the app has stopped");
    act(std::move(rights), std::move(question));
  }

  template <typename T, typename Act>
  void ask_of_topic(CallContext& call, std::string_view function, std::string_view name, Errno code,
                    ReplyOf<T> reply, Act act) {
    const auto rights = rights_.find(call.app());
    auto topic = rights ? topic_of(*rights, name) : Error(Code::Stopping, "the app has stopped");
    if (!topic && topic.error().code() == Code::Denied) {
      return reply.fail(std::move(topic).error().context(function));
    }
    ask(call, function, std::move(reply), [&](auto held, auto question) {
      if (!topic) return question->fail(code, topic.error().message());
      act(std::move(held), *std::move(topic), std::move(question));
    });
  }

  // What it is answered goes to the guest, and why it failed to the log.
  template <typename T>
  std::shared_ptr<Question<T>> question_of(CallContext& call, std::string_view function,
                                           ReplyOf<T> reply) {
    auto answer = [this, reply = std::move(reply), function, app = call.app(),
                   module = call.module()](Answer<T> with) mutable {
      if (!with.has_value()) {
        tell(app, module, function, with.error());
        return reply(Unexpected(with.error().code));
      }
      if constexpr (std::is_void_v<T>) {
        reply({});
      } else {
        reply(*std::move(with));
      }
    };
    // A little is left for the guest to say what went wrong.
    const auto left = (call.deadline() - services_.clock.now().monotonic) / 10 * 9;
    return std::make_shared<Question<T>>(std::move(answer), call.stop_token(), left);
  }

  void tell(const runtime::AppId& app, const runtime::ModuleId& module, std::string_view function,
            const Failure& failure) const {
    services_.log.write({.level = log::Level::Warn,
                         .component = "ipfs",
                         .app = app,
                         .module = module,
                         .message = concat(function, ": ", failure.why)});
    if (!failure.limit || services_.breaches == nullptr) return;
    services_.breaches->report({.limit = *failure.limit, .app = app, .module = module});
  }

  const Services services_;
  const Limits limits_;
  runtime::PerApp<const Rights> rights_;
  std::unique_ptr<Works> works_;  // Last: what it calls back is gone first. Null: no repository.
};

}  // namespace

std::unique_ptr<runtime::Extension> make(const Services& services, const Limits& limits) {
  return std::make_unique<Ipfs>(services, limits);
}

}  // namespace hermes::ipfs
