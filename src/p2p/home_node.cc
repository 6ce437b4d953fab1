#include "p2p/home_node.h"

#include <string_view>
#include <utility>

#include "base/strings.h"
#include "p2p/peer_id.h"

namespace hermes::p2p {
namespace {

using Kind = Libp2pChange::Kind;

constexpr std::chrono::seconds kSaveAfter{5};
constexpr std::chrono::seconds kRequestTime{10};
constexpr std::chrono::seconds kGrace{1};
constexpr std::string_view kComponent = "p2p";
constexpr std::string_view kRelayed = "/p2p-circuit";

// With whom kubo begins too, in the public network of IPFS.
const std::vector<std::string>& public_peers() {
  static const std::vector<std::string> kPeers{
      "/dnsaddr/bootstrap.libp2p.io/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN",
      "/dnsaddr/bootstrap.libp2p.io/p2p/QmQCU2EcMqAqQPR2i9bChDtGNJchTbq5TbXJJ16u19uLTa",
      "/dnsaddr/bootstrap.libp2p.io/p2p/QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb",
      "/dnsaddr/bootstrap.libp2p.io/p2p/QmcZf59bWwK5XFi76CZX8cbJ4BhTzzA3gU1ZjYZcYW3dwt",
      "/dnsaddr/va1.bootstrap.libp2p.io/p2p/12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8",
      "/ip4/104.131.131.82/tcp/4001/p2p/QmaCpDMGvV2BGHeYERUEnRQAwe3N8SzbUtfsmvsqQLuvuJ",
      "/ip4/104.131.131.82/udp/4001/quic-v1/p2p/QmaCpDMGvV2BGHeYERUEnRQAwe3N8SzbUtfsmvsqQLuvuJ"};
  return kPeers;
}

Result<Libp2pSettings> with_network_key(const HomeNodeSettings& settings) {
  auto node = settings.node;
  if (settings.network_key.empty()) return node;
  node.network_key = TRY(read_network_key(settings.network_key));
  // The key of a network is for TCP alone.
  std::erase_if(node.listen, [](const std::string& address) {
    return address.find("/quic") != std::string::npos;
  });
  return node;
}

std::vector<std::string> bootstrap_of(const HomeNodeSettings& settings) {
  if (settings.bootstrap) return *settings.bootstrap;
  return settings.network_key.empty() ? public_peers() : std::vector<std::string>();
}

std::vector<std::string> joined(std::vector<std::string> a, std::vector<std::string> b) {
  for (auto& one : b) a.push_back(std::move(one));
  return a;
}

}  // namespace

Result<std::unique_ptr<HomeNode>> HomeNode::start(const std::filesystem::path& home,
                                                  const HomeNodeSettings& settings,
                                                  Repository& repository, Clock& clock,
                                                  log::Log& log) {
  const auto identity = TRY(Identity::load_or_make(home / "ipfs/identity"));
  auto node_settings = TRY(with_network_key(settings));
  node_settings.bootstrap = bootstrap_of(settings);
  std::unique_ptr<HomeNode> made(new HomeNode(home, node_settings.bootstrap, clock, log));
  made->node_ = TRY(Libp2pNode::start(node_settings, identity, repository.blocks(),
                                      [&one = *made](const auto& change) { one.note(change); }));
  made->names_ = std::make_unique<Ipns>(*made->node_, clock, home / "ipfs/name");
  made->announcer_ = std::make_unique<RootAnnouncer>(*made->node_, repository.roots(), clock, log);
  made->set_bootstrap(made->bootstrap(), [&log, &book = made->book_](const Result<>& done) {
    if (done || done.error().code() != Code::InvalidArgument) return;
    book.clear();
    log.write({.level = log::Level::Warn,
               .component = kComponent,
               .message = "ipfs/peers in the home is damaged: who was met before is forgotten"});
  });
  return made;
}

HomeNode::HomeNode(const std::filesystem::path& home, std::vector<std::string> bootstrap,
                   Clock& clock, log::Log& log)
    : clock_(clock),
      log_(log),
      book_(home / "ipfs/peers"),
      bootstrap_(std::move(bootstrap)),
      saving_(clock.alarm([this] { save_soon(); })) {}

HomeNode::~HomeNode() {
  if (node_) node_->stop(kGrace);
  names_.reset();
  if (announcer_) announcer_->stop();
  node_.reset();
  save_soon();
}

std::vector<std::string> HomeNode::bootstrap() const {
  return bootstrap_.with([](auto& addresses) { return addresses; });
}

void HomeNode::set_bootstrap(std::vector<std::string> addresses, Libp2pNode::Then<> then) {
  const auto all = joined(addresses, book_.addresses());
  node_->set_bootstrap(
      all, kRequestTime,
      [this, addresses = std::move(addresses), then = std::move(then)](Result<> done) mutable {
        if (done) bootstrap_.with([&](auto& now) { now = std::move(addresses); });
        then(std::move(done));
      });
}

void HomeNode::note(const Libp2pChange& change) {
  const auto log = [&](log::Level level, const auto&... text) {
    log_.write({.level = level, .component = kComponent, .message = concat(text...)});
  };
  switch (change.kind) {
    case Kind::Connected:
      return met(change);
    case Kind::Listening:
      return log(log::Level::Info, "listening at ", change.text);
    case Kind::NotListening:
      return log(log::Level::Info, "no longer listening at ", change.text);
    case Kind::Reachable:
      return log(log::Level::Info, "others can reach the node at ", change.text);
    case Kind::Unreachable:
      return log(log::Level::Info, "others cannot reach the node any more at ", change.text);
    case Kind::Failed:
      return log(log::Level::Error, "the node failed and is built anew: ", change.text);
    case Kind::Rebuilt:
      return log(log::Level::Info, "the node is built anew");
    case Kind::Dropped:
      return log(log::Level::Warn, change.number, " messages of peers were dropped: too many came");
    default:
      return;
  }
}

// Who connected to the node did so from a port where it does not listen.
void HomeNode::met(const Libp2pChange& change) {
  const bool is_dialled = change.number == 1;
  if (!is_dialled || change.text.find(kRelayed) != std::string::npos) return;
  const bool is_named = change.text.find("/p2p/") != std::string::npos;
  book_.note(is_named ? change.text : concat(change.text, "/p2p/", peer_text(change.peer)));
  const bool was_saved = is_saved_.with([](bool& saved) { return std::exchange(saved, false); });
  if (was_saved) saving_->set(clock_.now().monotonic + kSaveAfter);
}

void HomeNode::save_soon() {
  tasks_.run("peers", [this] { save(); });
}

void HomeNode::save() {
  if (is_saved_.with([](bool& saved) { return std::exchange(saved, true); })) return;
  const auto done = book_.save();
  if (done) return;
  log_.write(
      {.level = log::Level::Warn, .component = kComponent, .message = done.error().message()});
}

}  // namespace hermes::p2p
