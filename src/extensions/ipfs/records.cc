#include "extensions/ipfs/records.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/strings.h"
#include "extensions/ipfs/record_search.h"
#include "p2p/peer_id.h"
#include "p2p/record.h"

namespace hermes::ipfs {
namespace {

using p2p::Dht;
using p2p::Tracked;

constexpr std::string_view kAny = "/any/";  // Keys of which any publisher's record counts.
constexpr std::uint32_t kMostValues = 16;   // Of one place.
constexpr std::uint32_t kMostProviders = 32;
constexpr std::chrono::hours kLife{24};

std::string queue_of(const runtime::AppId& app) {
  return concat("tables ", app);
}

std::int64_t milliseconds(UtcTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

std::int64_t seconds(UtcTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// It stays with the node, which tells it again later.
bool is_for_later(const Error& error) {
  return error.code() == Code::Busy || error.code() == Code::TimedOut;
}

std::optional<runtime::Limit> limit_of(const Error& error, runtime::Limit limit) {
  return error.code() == Code::LimitReached ? std::optional(limit) : std::nullopt;
}

constexpr auto kTooMany = "the app has as many queries under way as it may";

// What each function of a key begins with; if it says no, the guest has been told why.
template <typename T>
bool can_begin(const Parts& parts, std::string_view key, Question<T>& question) {
  if (!is_record_key(key)) {
    question.fail(Errno::InvalidDhtKey, "a key has 1 to 256 bytes");
  } else if (parts.node == nullptr) {
    question.fail(Errno::ServiceUnavailable, "no node runs");
  } else {
    return true;
  }
  return false;
}

}  // namespace

bool is_record_key(std::string_view key) {
  return !key.empty() && key.size() <= p2p::kLongestRecordKey;
}

bool is_record_value(std::string_view value) {
  return value.size() <= p2p::kLargestRecordValue;
}

Records::Records(const Parts& parts, const Evictions& evictions)
    : parts_(parts),
      evictions_(evictions),
      shelf_(parts.node == nullptr ? std::string() : parts.node->identity().public_key()),
      queries_(parts.limits.queries),
      announcements_(parts.clock, [this](const Announced& announced, auto then) {
        announce(announced, std::move(then));
      }) {}

void Records::start() {
  if (parts_.node == nullptr) return;
  parts_.node->hear_records([this](p2p::OfferedRecord offered) { hear(std::move(offered)); });
}

Result<> Records::app_started(const runtime::AppId& app) {
  if (parts_.node == nullptr) return {};
  announcements_.app_started(app);
  auto& tracking = parts_.repository.tracking();
  for (auto& key : TRY(tracking.record_keys(app))) {
    announcements_.add({app, Announced::Kind::Record, std::move(key)});
  }
  for (auto& key : TRY(tracking.names(Tracked::Provided, app))) {
    announcements_.add({app, Announced::Kind::Provider, std::move(key)});
  }
  return {};
}

void Records::app_stopped(const runtime::AppId& app) {
  announcements_.app_stopped(app);
  if (parts_.node == nullptr) return;
  const auto keys = parts_.repository.tracking().names(Tracked::Provided, app);
  if (!keys) return;
  for (const auto& key : *keys) {
    const auto place = p2p::place_of_provider(app, key);
    parts_.requests.run<void>(
        [&](auto done) {
          return parts_.node->dht_unprovide(Dht::App, place, parts_.limits.node_timeout,
                                            std::move(done));
        },
        [](const Result<>&) {});
  }
}

void Records::hear(p2p::OfferedRecord offered) {
  if (offered.dht != Dht::App) return;
  offered.pending.give(shelf_.with([&](RecordShelf& shelf) {
    return shelf.offer(offered.key, offered.value, parts_.clock.now().utc);
  }));
}

void Records::put(std::shared_ptr<const Rights> rights, std::string key, std::string value,
                  std::shared_ptr<Question<bool>> question) {
  if (!is_record_value(value)) {
    return question->fail(Errno::InvalidDhtValue,
                          concat("a value has ", p2p::kLargestRecordValue, " bytes at most"));
  }
  if (!can_begin(parts_, key, *question)) return;
  const auto queue = queue_of(rights->app);
  parts_.tasks.run(queue, [this, rights = std::move(rights), key = std::move(key),
                           value = std::move(value), question = std::move(question)] {
    if (!question->is_cancelled()) put_now(*rights, key, value, question);
  });
}

void Records::put_now(const Rights& rights, const std::string& key, const std::string& value,
                      const std::shared_ptr<Question<bool>>& question) {
  const auto sequence = parts_.repository.tracking().put_record(
      rights.app, key, value, milliseconds(parts_.clock.now().utc),
      {.records = parts_.limits.records, .bytes = parts_.limits.record_bytes});
  if (!sequence) {
    return question->answer(
        Unexpected(Failure{Errno::DhtPutError, sequence.error().message(),
                           limit_of(sequence.error(), runtime::Limit::IpfsRecords)}));
  }
  const Announced announced{rights.app, Announced::Kind::Record, key};
  const auto share = queries_.take(rights.app, 1);
  if (!share) {  // It is published all the same, a little later.
    announcements_.told(announced, false);
    return question->answer(false);
  }
  const auto told = [this, announced, question, share](const Result<bool>& heard) {
    const bool failed = !heard.has_value() && !is_for_later(heard.error());
    const bool is_heard = heard.has_value() && *heard;
    announcements_.told(announced, is_heard);
    if (failed) return question->fail(Errno::DhtPutError, heard.error().message());
    question->answer(is_heard);
  };
  publish(rights.app, {key, value, *sequence}, told);
}

// With whoever is nearest to its place, and says where records of keys for all are.
void Records::publish(const runtime::AppId& app, const p2p::TrackedRecord& tracked,
                      UniqueFunction<void(Result<bool>)> then) {
  const auto& identity = parts_.node->identity();
  const p2p::Record record{.app = app,
                           .key = tracked.key,
                           .value = tracked.value,
                           .sequence = tracked.sequence,
                           .expiry = seconds(parts_.clock.now().utc + kLife),
                           .publisher = identity.public_key()};
  const auto place = p2p::place_of_record(app, record.publisher, record.key);
  if (record.key.starts_with(kAny)) provide_now(app, record.key, [](const Result<bool>&) {});
  parts_.requests.run<bool>(
      [&](auto done) {
        return parts_.node->dht_put(Dht::App, place, record.sign(identity), kLife,
                                    parts_.limits.node_timeout, std::move(done));
      },
      std::move(then));
}

void Records::provide_now(const runtime::AppId& app, std::string_view key,
                          UniqueFunction<void(Result<bool>)> then) {
  const auto place = p2p::place_of_provider(app, key);
  parts_.requests.run<bool>(
      [&](auto done) {
        return parts_.node->dht_provide(Dht::App, place, parts_.limits.node_timeout,
                                        std::move(done));
      },
      std::move(then));
}

// Again, by the alarm.
void Records::announce(const Announced& announced, UniqueFunction<void(bool)> then) {
  auto done = [then = std::move(then)](const Result<bool>& heard) mutable {
    then(heard.has_value() && *heard);
  };
  parts_.tasks.run(queue_of(announced.app), [this, announced, done = std::move(done)]() mutable {
    if (announced.kind == Announced::Kind::Provider) {
      return provide_now(announced.app, announced.key, std::move(done));
    }
    const auto record = parts_.repository.tracking().record(announced.app, announced.key);
    if (!record.has_value() || !*record) return done(false);
    publish(announced.app, **record, std::move(done));
  });
}

void Records::get(std::shared_ptr<const Rights> rights, std::string key,
                  std::shared_ptr<Question<wit::ipfs::DhtValue>> question) {
  if (!can_begin(parts_, key, *question)) return;
  const auto queue = queue_of(rights->app);
  parts_.tasks.run(queue, [this, rights = std::move(rights), key = std::move(key),
                           question = std::move(question)] {
    if (!question->is_cancelled()) look(rights, key, question);
  });
}

// What this node publishes is in its own table; of a key for all it is one among others.
void Records::look(const std::shared_ptr<const Rights>& rights, const std::string& key,
                   const std::shared_ptr<Question<wit::ipfs::DhtValue>>& question) {
  const auto own = parts_.repository.tracking().record(rights->app, key);
  if (!own.has_value()) return question->fail(Errno::DhtGetError, own.error().message());
  const bool is_for_all = key.starts_with(kAny);
  if (*own && (!is_for_all || rights->publishers.empty())) {
    return question->answer(wit::ipfs::DhtValue((*own)->value.begin(), (*own)->value.end()));
  }
  if (!is_for_all) return search(*rights, key, rights->publishers, question);
  const auto timeout = std::min(parts_.limits.node_timeout, question->left()) / 2;
  find(
      rights->app, key, timeout,
      [question](auto cancel) { question->cancel_with_call(std::move(cancel)); },
      [this, rights, key, question](Result<Peers> found) {
        auto publishers = rights->publishers;
        publishers.push_back(parts_.node->identity().public_key());
        for (const auto& peer : found ? *found : Peers()) {
          const auto public_key = p2p::key_of_peer(peer);
          const bool is_known =
              public_key && std::ranges::find(publishers, *public_key) != publishers.end();
          if (public_key && !is_known) publishers.push_back(*public_key);
        }
        search(*rights, key, publishers, question);
      });
}

void Records::search(const Rights& rights, const std::string& key,
                     const std::vector<std::string>& publishers,
                     const std::shared_ptr<Question<wit::ipfs::DhtValue>>& question) {
  const auto answer = [question, key](std::optional<p2p::Record> found) {
    if (!found) return question->fail(Errno::DhtGetError, concat("no record of '", key, "'"));
    question->answer(wit::ipfs::DhtValue(found->value.begin(), found->value.end()));
  };
  if (publishers.empty()) return answer(std::nullopt);
  const auto share = queries_.take(rights.app, publishers.size());  // All of them, or none.
  if (!share) return question->fail(Errno::DhtGetError, kTooMany);
  const auto search = std::make_shared<RecordSearch>(publishers.size(), answer);
  const auto timeout = std::min(parts_.limits.node_timeout, question->left());
  for (std::size_t i = 0; i < publishers.size(); ++i) {
    if (evictions_.has_evicted(rights.app, p2p::peer_of_key(publishers[i]))) {
      search->end(i);
      continue;
    }
    const auto place = p2p::place_of_record(rights.app, publishers[i], key);
    auto take = [this, search, place, i](const p2p::DhtValue& value) {
      auto record = p2p::Record::parse(value.value);
      const bool is_right = record && p2p::check_record(*record, place, parts_.clock.now().utc);
      if (is_right) search->add(i, *std::move(record));
    };
    question->cancel_with_call(parts_.requests.run<void>(
        [&](auto done) {
          return parts_.node->dht_get(Dht::App, place, kMostValues, timeout, std::move(take),
                                      std::move(done));
        },
        [search, share, i](const Result<>&) { search->end(i); }));
  }
}

void Records::provide(std::shared_ptr<const Rights> rights, std::string key,
                      std::shared_ptr<Question<void>> question) {
  if (!can_begin(parts_, key, *question)) return;
  const auto queue = queue_of(rights->app);
  parts_.tasks.run(queue, [this, rights = std::move(rights), key = std::move(key),
                           question = std::move(question)] {
    if (question->is_cancelled()) return;
    const auto added = parts_.repository.tracking().add(Tracked::Provided, rights->app, key,
                                                        parts_.limits.provided);
    if (!added.has_value()) {
      return question->answer(
          Unexpected(Failure{Errno::DhtProvideError, added.error().message(),
                             limit_of(added.error(), runtime::Limit::IpfsProvided)}));
    }
    const Announced announced{rights->app, Announced::Kind::Provider, key};
    const auto share = queries_.take(rights->app, 1);
    if (!share) {
      announcements_.told(announced, false);
      return question->answer({});
    }
    provide_now(rights->app, key, [this, announced, question, share](const Result<bool>& heard) {
      announcements_.told(announced, heard.has_value() && *heard);
      if (heard.has_value() || is_for_later(heard.error())) return question->answer({});
      question->fail(Errno::DhtProvideError, heard.error().message());
    });
  });
}

void Records::find_providers(const std::shared_ptr<const Rights>& rights, std::string_view key,
                             std::shared_ptr<Question<std::vector<wit::ipfs::PeerId>>> question) {
  if (!can_begin(parts_, key, *question)) return;
  const auto timeout = std::min(parts_.limits.node_timeout, question->left());
  find(
      rights->app, key, timeout,
      [question](auto cancel) { question->cancel_with_call(std::move(cancel)); },
      [question](Result<Peers> found) {
        if (!found) {
          return question->fail(Errno::DhtGetProvidersError, found.error().message());
        }
        std::vector<wit::ipfs::PeerId> peers;
        for (const auto& peer : *found) peers.push_back(p2p::peer_text(peer));
        question->answer(std::move(peers));
      });
}

// Peers that say that they have it, but for those of which the app wants nothing. What was found
// until the time is over counts.
void Records::find(const runtime::AppId& app, std::string_view key,
                   std::chrono::nanoseconds timeout,
                   UniqueFunction<void(UniqueFunction<void()>)> started,
                   UniqueFunction<void(Result<Peers>)> then) {
  auto share = queries_.take(app, 1);
  if (!share) return then(Error(Code::Busy, kTooMany));
  const auto found = std::make_shared<Peers>();  // On the node's thread alone.
  auto take = [this, app, found](const std::string& peer) {
    const bool is_new = std::ranges::find(*found, peer) == found->end();
    if (is_new && !evictions_.has_evicted(app, peer)) found->push_back(peer);
  };
  auto cancel = parts_.requests.run<void>(
      [&](auto done) {
        return parts_.node->dht_find_providers(Dht::App, p2p::place_of_provider(app, key),
                                               kMostProviders, timeout, std::move(take),
                                               std::move(done));
      },
      [found, share = std::move(share), then = std::move(then)](const Result<>& ended) mutable {
        share = nullptr;  // What comes next may need it.
        const bool is_answer = ended || !found->empty() || ended.error().code() == Code::NotFound;
        if (!is_answer) return then(ended.error());
        then(*found);
      });
  started(std::move(cancel));
}

void Records::quiesce() {
  if (parts_.node != nullptr) parts_.node->hear_records(nullptr);
}

void Records::stop() {
  announcements_.stop();
}

}  // namespace hermes::ipfs
