#include "p2p/content_fetch.h"

#include <algorithm>

#include "base/strings.h"
#include "p2p/dag_pb.h"

namespace hermes::p2p {
namespace {

constexpr std::size_t kWindow = 256;       // Blocks that are asked for at a time.
constexpr std::size_t kStride = 256;       // Blocks that are looked for in a row.
constexpr std::size_t kMostAsked = 4'096;  // By one request.
constexpr std::size_t kMostSearches = 16;
constexpr std::uint32_t kMostProviders = 16;
constexpr std::chrono::milliseconds kBetweenProgress{100};

// What is here, and a note of what is not.
class Looking final : public BlockSource {
 public:
  explicit Looking(BlockStore& blocks) : blocks_(blocks) {}

  Result<> read(const Cid& cid, std::string& into) override {
    if (blocks_.keep(cid)) {
      const auto done = blocks_.read(cid, into);
      // A damaged block is thrown away, and comes from others anew.
      if (done || done.error().code() != Code::Corrupt) return done;
    }
    missing = cid;
    return Error(Code::NotFound, concat("the block ", cid.text(), " is not here"));
  }

  std::optional<Cid> missing;

 private:
  BlockStore& blocks_;
};

}  // namespace

ContentFetch::ContentFetch(const Surroundings& surroundings, ContentPath path,
                           const ContentFetcher::Limits& limits, ContentFetcher::Then then,
                           ContentFetcher::Progress progress)
    : surroundings_(surroundings),
      path_(std::move(path)),
      limits_(limits),
      deadline_(surroundings.clock.now().monotonic + limits.timeout),
      session_(surroundings.node == nullptr ? 0 : surroundings.node->new_session()),
      then_(std::move(then)),
      progress_(std::move(progress)),
      lease_(surroundings.blocks.lease()) {}

void ContentFetch::begin() {
  for (;;) {
    Lock lock(mutex_);
    if (!then_) return;
    if (auto result = step()) return end(std::move(lock), *std::move(result));
    if (!is_walking()) return;
  }
}

// Something is under way until its end, and ends now.
void ContentFetch::cancel() {
  const Lock lock(mutex_);
  is_cancelled_ = true;
  if (surroundings_.node != nullptr) surroundings_.node->end_session(session_);
  for (const auto& search : searches_) search.cancel();
}

void ContentFetch::go_on(Lock lock) {
  if (!then_) return;  // It has ended.
  if (auto result = step()) return end(std::move(lock), *std::move(result));
  if (!is_walking() || std::exchange(is_to_go_on_, true)) return;
  surroundings_.node->later([self = shared_from_this()] {
    Lock again(self->mutex_);
    self->is_to_go_on_ = false;
    self->go_on(std::move(again));
  });
}

void ContentFetch::end(Lock lock, Result<HeldContent> result) {
  auto then = std::exchange(then_, nullptr);
  if (!then) return;
  lease_.reset();
  for (const auto& search : searches_) search.cancel();
  if (surroundings_.node != nullptr) surroundings_.node->end_session(session_);
  lock.unlock();
  then(std::move(result));
}

ContentFetch::End ContentFetch::step() {
  if (is_cancelled_) return Error(Code::Stopping, "it was cancelled");
  if (auto done = root_ ? Result<>() : look_for_root(); !done) return std::move(done).error();
  if (auto done = walk(); !done) return std::move(done).error();
  if (bytes_ > limits_.bytes) {
    return Error(Code::LimitReached, concat("the content has more than ", limits_.bytes, " bytes"));
  }
  if (is_walking()) return std::nullopt;
  const bool is_whole =
      root_ && todo_.empty() && wanted_.empty() && asked_.empty() && lacking_.empty();
  if (is_whole) return HeldContent{*root_, bytes_, *std::exchange(lease_, std::nullopt)};
  return ask();
}

// One block of the directories on the way after the other.
Result<> ContentFetch::look_for_root() {
  if (!wanted_.empty() || !asked_.empty() || !lacking_.empty()) return {};
  Looking source(surroundings_.blocks);
  auto found = resolve(source, path_);
  if (found) {
    todo_.push_back(root_.emplace(*std::move(found)));
    return {};
  }
  if (!source.missing) return std::move(found).error();
  wanted_.push_back(*std::move(source.missing));
  return {};
}

// Whether there is more to walk over before anybody is asked.
bool ContentFetch::is_walking() const {
  return !todo_.empty() && wanted_.size() < kWindow && bytes_ <= limits_.bytes;
}

// Over what is here, until enough is found that is not, for one stride.
Result<> ContentFetch::walk() {
  for (std::size_t i = 0; i < kStride && is_walking(); ++i) {
    const auto cid = std::move(todo_.back());
    todo_.pop_back();
    TRY(come_to(cid));
  }
  return {};
}

Result<> ContentFetch::come_to(const Cid& cid) {
  const bool is_new = seen_.insert(cid.multihash()).second;
  const bool is_parent = cid.codec() == kDagPb && parents_.insert(cid.multihash()).second;
  if (!is_new && !is_parent) return {};
  auto& blocks = surroundings_.blocks;
  const auto kept = blocks.keep_known(cid);
  if (!kept) {
    wanted_.push_back(cid);
    return {};
  }
  if (is_new) bytes_ += room_for(kept->size);
  if (!kept->has_links) return {};
  std::string block;
  TRY(blocks.read(cid, block));
  return add_links(cid, block);
}

Result<> ContentFetch::add_links(const Cid& cid, std::string_view block) {
  for (auto& link : TRY(links_of(cid, block))) todo_.push_back(std::move(link));
  return {};
}

ContentFetch::End ContentFetch::ask() {
  if (surroundings_.node == nullptr) {
    return Error(Code::NotFound, concat("the block ", wanted_.front().text(), " is not here"));
  }
  search(path_.root);
  if (asked_.size() <= kWindow / 2 && !wanted_.empty()) {
    const auto count = std::min(wanted_.size(), kWindow - asked_.size());
    const auto end = wanted_.begin() + static_cast<std::ptrdiff_t>(count);
    fetch({wanted_.begin(), end}, {});
    wanted_.erase(wanted_.begin(), end);
  }
  if (asked_.empty() && searching_ == 0 && !search(lacking_.front())) {
    return Error(Code::NotFound,
                 concat("no peer that was found has the block ", lacking_.front().text()));
  }
  return std::nullopt;
}

void ContentFetch::fetch(const std::vector<Cid>& cids, const std::vector<std::string>& providers) {
  asked_.insert(cids.begin(), cids.end());
  const auto self = shared_from_this();
  surroundings_.node->fetch(
      session_, cids, providers, left(),
      [self](const FetchedBlock& fetched) { self->on_block(fetched); },
      [self, cids](Result<> done) { self->on_fetched(cids, std::move(done)); });
}

void ContentFetch::on_block(const FetchedBlock& fetched) {
  Lock lock(mutex_);
  if (!then_ || asked_.erase(fetched.cid) == 0) return;
  const auto& [cid, block] = fetched;
  if (block) {
    bytes_ += room_for(block->size());
    tell_progress();
    // On the way to the root, directories are read when they are here.
    if (auto done = root_ ? add_links(cid, *block) : Result<>(); !done) {
      return end(std::move(lock), std::move(done).error());
    }
  } else if (block.error().code() == Code::NotFound) {
    lacking_.push_back(cid);
  } else {
    return end(std::move(lock), block.error());
  }
  go_on(std::move(lock));
}

void ContentFetch::tell_progress() {
  const auto now = surroundings_.clock.now().monotonic;
  if (!progress_ || now < next_told_) return;
  next_told_ = now + kBetweenProgress;
  progress_(bytes_);
}

void ContentFetch::on_fetched(const std::vector<Cid>& cids, Result<> done) {
  Lock lock(mutex_);
  // What was not told of its blocks, one by one, is true of all that are left.
  const bool any_left =
      std::ranges::any_of(cids, [&](const Cid& cid) { return asked_.contains(cid); });
  if (any_left && !done) return end(std::move(lock), std::move(done).error());
  go_on(std::move(lock));
}

// False if that has been done before.
bool ContentFetch::search(const Cid& cid) {
  if (searched_.size() == kMostSearches || !searched_.insert(cid.multihash()).second) return false;
  search_in(Dht::Lan, cid);
  search_in(Dht::Wan, cid);
  return true;
}

void ContentFetch::search_in(Dht dht, const Cid& cid) {
  ++searching_;
  const auto self = shared_from_this();
  searches_.push_back(surroundings_.node->dht_find_providers(
      dht, cid.multihash(), kMostProviders, left(),
      [self](const std::string& peer) { self->on_provider(peer); },
      [self](const Result<>&) { self->on_searched(); }));
}

void ContentFetch::on_provider(const std::string& peer) {
  const Lock lock(mutex_);
  if (!then_ || peer == surroundings_.node->peer() || !providers_.insert(peer).second) return;
  const auto lacking = std::exchange(lacking_, {});
  auto begin = lacking.begin();
  do {  // With nothing lacking yet, the peer is one to be asked from now on.
    const auto count = std::min<std::ptrdiff_t>(lacking.end() - begin, kMostAsked);
    fetch({begin, begin + count}, {peer});
    begin += count;
  } while (begin != lacking.end());
}

void ContentFetch::on_searched() {
  Lock lock(mutex_);
  --searching_;
  go_on(std::move(lock));
}

Libp2pNode::Timeout ContentFetch::left() const {
  return deadline_ - surroundings_.clock.now().monotonic;
}

}  // namespace hermes::p2p
