#include "p2p/root_announcer.h"

#include <algorithm>
#include <utility>

namespace hermes::p2p {
namespace {

constexpr auto kQueue = "roots";

}  // namespace

// Of those in the local network that were told, some may have gone with what they knew; of the many
// elsewhere, others know still.
RootAnnouncer::RootAnnouncer(Libp2pNode& node, AnnouncedRoots& roots, Clock& clock, log::Log& log)
    : node_(node),
      roots_(roots),
      clock_(clock),
      log_(log),
      tasks_(std::make_unique<TaskGroup>(1)),
      looking_(clock.alarm([this] { run([this] { look(); }); })) {
  run([this] {
    if (const auto renewed = roots_.renew(Dht::Lan); !renewed) tell(renewed.error());
    look();
  });
}

// Tasks, which may set the alarm, and then the alarm: without the lock, for which both may wait.
void RootAnnouncer::stop() {
  auto tasks = tasks_.with([](auto& held) { return std::exchange(held, nullptr); });
  tasks.reset();
  looking_.reset();
}

// On the one thread that reads and writes the disk for this.
void RootAnnouncer::run(UniqueFunction<void()> task) {
  tasks_.with([&](auto& tasks) {
    if (tasks) tasks->run(kQueue, std::move(task));
  });
}

void RootAnnouncer::look() {
  looking_->set(clock_.now().monotonic + kLook);
  const auto now = clock_.now().monotonic;
  const auto stats = node_.stats();
  for (auto& telling : tellings_) {
    const bool is_alone = (telling.dht == Dht::Lan ? stats.lan_peers : stats.wan_peers) == 0;
    if (is_alone) telling.next = now;  // The first peer hears it at once.
    if (!is_alone && telling.under_way == 0 && telling.next <= now) begin(telling);
  }
}

void RootAnnouncer::begin(Telling& telling) {
  const auto due = roots_.due(telling.dht, clock_.now().utc, kAtOnce);
  if (!due) return fail(telling, due.error());
  telling.under_way = due->size();
  for (const auto& root : *due) {
    root.is_pinned ? announce(telling, root.multihash) : withdraw(telling, root.multihash);
  }
}

void RootAnnouncer::announce(Telling& telling, const std::string& multihash) {
  node_.dht_provide(telling.dht, multihash, kTime,
                    [this, &telling, multihash](const Result<bool>& heard) {
                      const bool is_heard = heard.has_value() && *heard;
                      ended(telling, is_heard ? &Telling::heard : &Telling::unheard, multihash);
                    });
}

// Nobody is told: it is not said again, and the node itself does not say so any more.
void RootAnnouncer::withdraw(Telling& telling, const std::string& multihash) {
  node_.dht_unprovide(telling.dht, multihash, kTime, [this, &telling, multihash](const Result<>&) {
    ended(telling, &Telling::withdrawn, multihash);
  });
}

// On the node's thread, which does not wait for a disk.
void RootAnnouncer::ended(Telling& telling, std::vector<std::string> Telling::* outcome,
                          std::string multihash) {
  run([this, &telling, outcome, multihash = std::move(multihash)]() mutable {
    (telling.*outcome).push_back(std::move(multihash));
    if (--telling.under_way == 0) settle(telling);
  });
}

void RootAnnouncer::settle(Telling& telling) {
  const bool goes_on = telling.unheard.empty() || !telling.heard.empty();
  telling.pause =
      goes_on ? std::chrono::seconds(0) : std::clamp(telling.pause * 2, kFirstPause, kLongestPause);
  telling.next = clock_.now().monotonic + telling.pause;
  if (const auto written = write_down(telling); !written) return fail(telling, written.error());
  if (goes_on) begin(telling);
}

Result<> RootAnnouncer::write_down(Telling& telling) {
  const auto now = clock_.now().utc;
  const auto again = now + std::max(telling.pause, kFirstPause);
  TRY(roots_.told(telling.dht, std::exchange(telling.heard, {}), now));
  TRY(roots_.put_off(telling.dht, std::exchange(telling.unheard, {}), again));
  return roots_.forget(telling.dht, std::exchange(telling.withdrawn, {}));
}

void RootAnnouncer::fail(Telling& telling, const Error& error) {
  telling.next = clock_.now().monotonic + kLongestPause;
  tell(error);
}

void RootAnnouncer::tell(const Error& error) const {
  log_.write({.level = log::Level::Warn,
              .component = "p2p",
              .message = Error(error).context("announcing what is pinned").message()});
}

}  // namespace hermes::p2p
