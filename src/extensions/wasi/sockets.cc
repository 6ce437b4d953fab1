#include "extensions/wasi/sockets.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/ip/address_v6.hpp>

#include "base/escape.h"
#include "base/guarded.h"
#include "base/strings.h"
#include "extensions/wasi/socket_limits.h"

namespace hermes::wasi {
namespace {

namespace ip = boost::asio::ip;
using wasm::WasiHost;
using Failure = WasiHost::Sockets::LookUpFailure;
using Answer = wasm::Reply<WasiHost::Sockets::LookUp>;
using net::Transport;

constexpr std::size_t kLongestName = 300;  // In the log.

net::Address address_of(WasiHost::Sockets::Address bytes) {
  std::array<std::uint8_t, 16> all{};
  std::ranges::copy(bytes, all.begin());
  return net::unmapped(ip::address_v6(all));
}

void append(WasiHost::Bytes& bytes, const net::Address& address) {
  const auto long_one =
      address.is_v6() ? address.to_v6() : ip::make_address_v6(ip::v4_mapped, address.to_v4());
  const auto all = long_one.to_bytes();
  bytes.insert(bytes.end(), all.begin(), all.end());
}

auto failed(Failure failure) {
  return Unexpected(static_cast<std::uint8_t>(failure));
}

// "db.example.com" and "127.0.0.1" as a permission has them; an address of IPv6 needs no brackets.
std::optional<net::Host> parse_name(std::string_view name) {
  return net::parse_host(name.find(':') == name.npos || name.starts_with('[')
                             ? std::string(name)
                             : concat("[", name, "]"));
}

// What a look-up needs when it ends, whether the call is still there or not.
class State {
 public:
  explicit State(SocketUser of) : user(std::move(of)) {}

  const net::SocketHosts& hosts() const { return user.world->world().sockets; }

  /// Names that were looked up, and led there.
  std::vector<std::string> names_of(const net::Address& address) const {
    return found_.with([&](const Found& found) {
      std::vector<std::string> names;
      for (const auto& [name, one] : found) {
        if (one == address) names.push_back(name);
      }
      return names;
    });
  }

  WasiHost::Sockets::LookUp take(const std::string& name,
                                 const Result<io::Resolver::Addresses>& addresses) {
    if (!addresses) {
      const bool is_late = addresses.error().code() == Code::TimedOut;
      return failed(is_late ? Failure::Temporary : Failure::NoName);
    }
    WasiHost::Bytes bytes;
    for (const auto& one : *addresses) {
      const auto address = net::unmapped(one);
      if (!hosts().may_connect(address)) continue;
      append(bytes, address);
      found_.with([&](Found& found) { found.emplace(name, address); });
    }
    if (!bytes.empty()) return bytes;
    warn(concat("host '", name, "' has no address that is public or among the app's permissions"));
    return failed(Failure::Denied);
  }

  /// On the thread of the call or of a reactor: while there is an engine.
  void warn(std::string_view message) const {
    user.log.write({.level = log::Level::Warn,
                    .component = "wasi",
                    .app = user.app,
                    .module = user.module,
                    .message = message});
  }

  const SocketUser user;

 private:
  using Found = std::set<std::pair<std::string, net::Address>>;

  Guarded<Found> found_;
};

class Sockets final : public WasiHost::Sockets {
 public:
  explicit Sockets(std::shared_ptr<State> state) : state_(std::move(state)) {}

  Opened open(Kind kind) override {
    const auto transport = kind == Kind::Tcp ? Transport::Tcp : Transport::Udp;
    if (!state_->hosts().has_any(transport)) {
      state_->warn(concat("a socket: the app lacks a permission ", name(transport), ":host or ",
                          name(transport), ":host:port"));
      return Opened::Denied;
    }
    if (!open_.take()) return refuse("the call has as many open as there may be");
    if (state_->user.world->sockets().take()) return Opened::Yes;
    open_.give_back();
    return refuse("the app's calls have as many open as there may be");
  }

  void close() override {
    open_.give_back();
    state_->user.world->sockets().give_back();
  }

  bool may_reach(Use use, Address bytes, std::uint16_t port) override {
    const auto transport = use == Use::Connect ? Transport::Tcp : Transport::Udp;
    const auto address = address_of(bytes);
    if (state_->hosts().may_reach(transport, address, port, state_->names_of(address))) return true;
    if (use != Use::Receive) {
      const auto text =
          address.is_v6() ? concat("[", address.to_string(), "]") : address.to_string();
      state_->warn(
          concat("a socket: the app lacks the permission ", name(transport), ":", text, ":", port));
    }
    return false;
  }

  void look_up(std::string_view name, Answer reply) override {
    const auto host = parse_name(name);
    if (!host) return reply(failed(Failure::Invalid));
    if (!state_->hosts().has(*host)) {
      state_->warn(concat("a look-up: the app lacks a permission for sockets that names the host '",
                          escape_controls(host->name.substr(0, kLongestName)), "'"));
      return reply(failed(Failure::Denied));
    }
    if (host->address)
      return reply(state_->take(host->name, io::Resolver::Addresses{*host->address}));
    ask(host->name, std::move(reply));
  }

 private:
  // One that is under way.
  class Asking {
   public:
    explicit Asking(std::shared_ptr<AppWorld> world) : world_(std::move(world)) {}
    Asking(Asking&&) noexcept = default;
    ~Asking() {
      if (world_) world_->look_ups().give_back();
    }

   private:
    std::shared_ptr<AppWorld> world_;
  };

  Opened refuse(std::string_view why) const {
    state_->warn(concat("a socket: ", why));
    return Opened::TooMany;
  }

  void ask(const std::string& name, Answer reply) {
    if (!state_->user.world->look_ups().take()) return reply(failed(Failure::Temporary));
    Asking asking(state_->user.world);
    state_->user.client->with([&](net::Outbound& outbound) {
      outbound.resolve(state_->user.app, name,
                       [state = state_, name, asking = std::move(asking), reply = std::move(reply)](
                           const auto& found) mutable { reply(state->take(name, found)); });
    });
  }

  const std::shared_ptr<State> state_;
  Share open_{kCallSockets};
};

}  // namespace

std::unique_ptr<WasiHost::Sockets> make_sockets(SocketUser user) {
  return std::make_unique<Sockets>(std::make_shared<State>(std::move(user)));
}

}  // namespace hermes::wasi
