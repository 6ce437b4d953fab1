#include "p2p/ipns.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "base/guarded.h"
#include "io/replace_file.h"
#include "p2p/ipns_shelf.h"

namespace hermes::p2p {
namespace {

constexpr std::array kTables{Dht::Lan, Dht::Wan};
constexpr std::uint32_t kMostValues = 16;  // Of different peers; the one that counts is among them.
constexpr std::chrono::minutes kFirstAfter{1};
constexpr std::chrono::hours kAgainAfter{4};
constexpr std::chrono::minutes kAgainTime{2};

struct Own {
  IpnsRecord record;
  std::string encoded;
};

// What was published before. Nothing, where it cannot be read.
std::optional<Own> load(const std::filesystem::path& file, std::string_view peer) {
  std::ifstream stream(file, std::ios::binary);
  std::string encoded(std::istreambuf_iterator<char>(stream), {});
  auto record = IpnsRecord::parse(encoded, peer);
  if (!record) return std::nullopt;
  return Own{*std::move(record), std::move(encoded)};
}

// Of one request to each table. On the node's thread.
struct Search {
  std::string peer;
  UtcTime now;
  Ipns::Then<IpnsRecord> then;
  std::optional<IpnsRecord> best = std::nullopt;
  std::optional<Error> error = std::nullopt;
  std::size_t left = kTables.size();

  void consider(IpnsRecord record) {
    if (record.expiry > now && (!best || record.supersedes(*best))) best = std::move(record);
  }

  void end_one(const Result<>& done) {
    if (!done && done.error().code() != Code::NotFound) error = done.error();
    if (--left > 0) return;
    if (best) return then(*std::move(best));
    then(error ? *error : Error(Code::NotFound, "nobody knows what that name stands for"));
  }
};

struct Publication {
  Ipns::Then<bool> then;
  bool is_known = false;
  bool is_put = false;
  std::optional<Error> error = std::nullopt;
  std::size_t left = kTables.size();

  void end_one(const Result<bool>& known) {
    if (known.has_value()) {
      is_put = true;
      is_known |= *known;
    } else {
      error = known.error();
    }
    if (--left > 0) return;
    then(is_put ? Result<bool>(is_known) : *error);
  }
};

}  // namespace

class Ipns::State : public std::enable_shared_from_this<State> {
 public:
  State(Libp2pNode& node, Clock& clock, std::filesystem::path file)
      : node_(node),
        clock_(clock),
        file_(std::move(file)),
        own_(load(file_, node.peer())),
        shelf_(ipns_place(node.peer())) {}

  UtcTime now() const { return clock_.now().utc; }
  MonotonicTime in(std::chrono::nanoseconds delay) const { return clock_.now().monotonic + delay; }

  void hear() {
    node_.hear_ipns([state = shared_from_this()](OfferedRecord offered) {
      const auto now = state->now();
      offered.pending.give(state->shelf_.with(
          [&](IpnsShelf& shelf) { return shelf.offer(offered.key, offered.value, now); }));
    });
  }
  void hear_no_more() { node_.hear_ipns(nullptr); }

  void resolve(std::string_view peer, Libp2pNode::Timeout timeout, Then<IpnsRecord> then) {
    const auto search = std::make_shared<Search>(std::string(peer), now(), std::move(then));
    const auto own = own_.with([](auto& kept) { return kept; });
    if (own && peer == node_.peer()) search->consider(own->record);
    for (const auto table : kTables) {
      node_.dht_get(
          table, ipns_place(peer), kMostValues, timeout,
          [search](const DhtValue& found) {
            auto record = IpnsRecord::parse(found.value, search->peer);
            if (record) search->consider(*std::move(record));
          },
          [search](const Result<>& done) { search->end_one(done); });
    }
  }

  // Above what others have of it: the home may be an old one.
  void publish(IpnsRecord record, Libp2pNode::Timeout timeout, Then<bool> then) {
    resolve(node_.peer(), timeout,
            [state = shared_from_this(), record = std::move(record), timeout,
             then = std::move(then)](const Result<IpnsRecord>& found) mutable {
              if (found) record.sequence = found->sequence + 1;
              if (!found && found.error().code() == Code::Stopping) return then(found.error());
              const auto own = state->adopt(std::move(record));
              if (!own) return then(own.error());
              state->put(*own, timeout, std::move(then));
            });
  }

  void publish_again() {
    const auto own = own_.with([](auto& kept) { return kept; });
    if (own && own->record.expiry > now()) put(*own, kAgainTime, [](const Result<bool>&) {});
  }

 private:
  Result<Own> adopt(IpnsRecord record) {
    return own_.with([&](std::optional<Own>& kept) -> Result<Own> {
      if (kept) record.sequence = std::max(record.sequence, kept->record.sequence + 1);
      auto encoded = TRY(record.sign(node_.identity()));
      TRY(io::replace_file(file_, encoded));
      kept = Own{std::move(record), std::move(encoded)};
      return *kept;
    });
  }

  void put(const Own& own, Libp2pNode::Timeout timeout, Then<bool> then) {
    const auto publication = std::make_shared<Publication>(std::move(then));
    const auto life = std::chrono::ceil<std::chrono::milliseconds>(own.record.expiry - now());
    for (const auto table : kTables) {
      node_.dht_put(table, ipns_place(node_.peer()), own.encoded, life, timeout,
                    [publication](const Result<bool>& known) { publication->end_one(known); });
    }
  }

  Libp2pNode& node_;
  Clock& clock_;
  const std::filesystem::path file_;
  Guarded<std::optional<Own>> own_;
  Guarded<IpnsShelf> shelf_;
};

Ipns::Ipns(Libp2pNode& node, Clock& clock, std::filesystem::path file)
    : state_(std::make_shared<State>(node, clock, std::move(file))), again_(clock.alarm([this] {
        state_->publish_again();
        again_->set(state_->in(kAgainAfter));
      })) {
  state_->hear();
  again_->set(state_->in(kFirstAfter));
}

Ipns::~Ipns() {
  state_->hear_no_more();
}

void Ipns::publish(std::string_view value, const Life& life, Libp2pNode::Timeout timeout,
                   Then<bool> then) {
  IpnsRecord record{std::string(value), 0, state_->now() + life.validity, life.time_to_live};
  state_->publish(std::move(record), timeout, std::move(then));
}

void Ipns::resolve(std::string_view peer, Libp2pNode::Timeout timeout, Then<IpnsRecord> then) {
  state_->resolve(peer, timeout, std::move(then));
}

}  // namespace hermes::p2p
