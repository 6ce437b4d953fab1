#include "io/resolver.h"

#include <ares.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/check.h"
#include "base/guarded.h"
#include "base/strings.h"
#include "base/time.h"
#include "io/address_cache.h"

namespace hermes::io {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Addresses = Resolver::Addresses;

constexpr int kTries = 2;  // Of each server; the second waits twice as long.
constexpr std::size_t kMostAddresses = 16;

std::optional<asio::ip::address> address_of(const ares_addrinfo_node& node) {
  if (node.ai_family == AF_INET) {
    sockaddr_in address;
    std::memcpy(&address, node.ai_addr, sizeof(address));
    return asio::ip::address_v4(ntohl(address.sin_addr.s_addr));
  }
  if (node.ai_family != AF_INET6) return std::nullopt;
  sockaddr_in6 address;
  std::memcpy(&address, node.ai_addr, sizeof(address));
  asio::ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
  return asio::ip::address_v6(bytes);
}

struct Answer {
  Addresses addresses;
  std::chrono::seconds ttl;
};

// Takes the list over.
Answer read(ares_addrinfo* found) {
  Answer answer{{}, std::chrono::seconds::max()};
  for (const auto* node = found->nodes; node != nullptr; node = node->ai_next) {
    const auto address = address_of(*node);
    if (!address || answer.addresses.size() == kMostAddresses) continue;
    answer.addresses.push_back(*address);
    answer.ttl = std::min(answer.ttl, std::chrono::seconds(node->ai_ttl));
  }
  ares_freeaddrinfo(found);
  return answer;
}

void open_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    HERMES_CHECK(ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS, "c-ares initializes");
  });
}

}  // namespace

// But for `find`, only the reactor's thread is in here. What waits in the reactor holds it weakly.
class Resolver::State : public std::enable_shared_from_this<State> {
 public:
  State(Reactor& reactor, ResolverOptions options)
      : reactor_(reactor), options_(std::move(options)), timer_(reactor.context()) {}
  State(const State&) = delete;
  ~State() {
    is_stopped_ = true;
    if (channel_ != nullptr) ares_destroy(channel_);
  }

  Result<> open() {
    open_library();
    ares_options options{};
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    options.timeout = static_cast<int>(options_.timeout.count());
    options.tries = kTries;
    options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
      static_cast<State*>(self)->watch(socket, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    int status = ares_init_options(
        &channel_, &options,
        ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (status == ARES_SUCCESS && !options_.servers.empty()) {
      status = ares_set_servers_ports_csv(channel_, options_.servers.c_str());
    }
    if (status == ARES_SUCCESS) return {};
    return Error(Code::InvalidArgument,
                 concat("name servers '", options_.servers, "': ", ares_strerror(status)));
  }

  Reactor& reactor() { return reactor_; }

  std::optional<Addresses> find(std::string_view name) const {
    return cache_.with([&](const AddressCache& cache) {
      return cache.find(name, std::chrono::steady_clock::now());
    });
  }

  void resolve(std::string owner, std::string name, Done done) {
    if (is_stopped_) return;
    if (auto known = find(name)) return done(*std::move(known));
    auto& asking = owners_[owner];
    const auto [lookup, is_new] = asking.lookups.try_emplace(name);
    lookup->second.push_back(std::move(done));
    if (!is_new) return;
    if (asking.open == options_.lookups) return asking.waiting.push_back(std::move(name));
    ask(std::move(owner), std::move(name));
  }

  void stop() {
    is_stopped_ = true;
    timer_.cancel();
    owners_.clear();
    ares_cancel(channel_);
  }

 private:
  using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

  struct Watch {
    explicit Watch(asio::io_context& context, int socket) : descriptor(context, socket) {}

    Descriptor descriptor;  // c-ares owns the socket.
    bool wants[2] = {};     // To read, to write.
    bool waits[2] = {};
  };

  struct Owner {
    std::size_t open = 0;
    std::map<std::string, std::vector<Done>> lookups;
    std::deque<std::string> waiting;  // Those of them that are not open.
  };

  struct Query {
    State& state;
    std::string owner;
    std::string name;
  };

  void ask(std::string owner, std::string name) {
    ++owners_[owner].open;
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    auto query = std::make_unique<Query>(Query{*this, std::move(owner), std::move(name)});
    const auto asked = query->name;
    ares_getaddrinfo(channel_, asked.c_str(), nullptr, &hints, &answered, query.release());
    arm();
  }

  static void answered(void* argument, int status, int /*timeouts*/, ares_addrinfo* found) {
    const std::unique_ptr<Query> query(static_cast<Query*>(argument));
    auto answer = found == nullptr ? Answer() : read(found);
    auto& state = query->state;
    if (state.is_stopped_) return;
    // Not from here, where c-ares may be in the middle of something.
    asio::post(state.reactor_.context(),
               [weak = state.weak_from_this(), status, query = std::move(*query),
                answer = std::move(answer)]() mutable {
                 if (const auto self = weak.lock()) {
                   self->finish(query.owner, query.name, status, std::move(answer));
                 }
               });
  }

  void finish(const std::string& owner, const std::string& name, int status, Answer answer) {
    if (is_stopped_) return;
    auto result = [&]() -> Result<Addresses> {
      if (status == ARES_SUCCESS && !answer.addresses.empty()) return answer.addresses;
      const auto why = status == ARES_SUCCESS ? ARES_ENODATA : status;
      return Error(status == ARES_ETIMEOUT ? Code::TimedOut : Code::NotFound,
                   concat("name '", name, "': ", ares_strerror(why)));
    }();
    if (result) {
      cache_.with([&](AddressCache& cache) {
        cache.put(name, std::move(answer.addresses), std::chrono::steady_clock::now(), answer.ttl);
      });
    }
    auto waiting = next(owner, name);
    for (auto& done : waiting) done(result);
  }

  // Who waited for the name; its owner's next look-up begins.
  std::vector<Done> next(const std::string& owner, const std::string& name) {
    const auto found = owners_.find(owner);
    auto& asking = found->second;
    auto waiting = std::move(asking.lookups.extract(name).mapped());
    --asking.open;
    if (!asking.waiting.empty()) {
      auto following = std::move(asking.waiting.front());
      asking.waiting.pop_front();
      ask(owner, std::move(following));
    } else if (asking.lookups.empty()) {
      owners_.erase(found);
    }
    return waiting;
  }

  void watch(int socket, bool reads, bool writes) {
    auto& watch = watches_[socket];
    if (!reads && !writes) {
      if (watch) watch->descriptor.release();  // It ends what waits.
      watches_.erase(socket);
      return;
    }
    if (!watch) watch = std::make_shared<Watch>(reactor_.context(), socket);
    watch->wants[0] = reads;
    watch->wants[1] = writes;
    wait(watch, socket);
  }

  void wait(const std::shared_ptr<Watch>& watch, int socket) {
    for (const bool writes : {false, true}) {
      if (!watch->wants[writes] || watch->waits[writes]) continue;
      watch->waits[writes] = true;
      watch->descriptor.async_wait(writes ? Descriptor::wait_write : Descriptor::wait_read,
                                   [weak = weak_from_this(), waited = std::weak_ptr(watch), socket,
                                    writes](error_code error) {
                                     const auto self = weak.lock();
                                     if (self && !error) self->ready(waited, socket, writes);
                                   });
    }
  }

  void ready(const std::weak_ptr<Watch>& weak, int socket, bool writes) {
    if (const auto watch = weak.lock()) watch->waits[writes] = false;
    if (weak.expired() || is_stopped_) return;
    ares_process_fd(channel_, writes ? ARES_SOCKET_BAD : socket, writes ? socket : ARES_SOCKET_BAD);
    if (const auto watch = weak.lock()) wait(watch, socket);
    arm();
  }

  // c-ares tells when it next has a try to give up.
  void arm() {
    timeval until;
    if (is_stopped_ || ares_timeout(channel_, nullptr, &until) == nullptr) return;
    timer_.expires_after(std::chrono::seconds(until.tv_sec) +
                         std::chrono::microseconds(until.tv_usec));
    timer_.async_wait([weak = weak_from_this()](error_code error) {
      const auto self = weak.lock();
      if (!self || error || self->is_stopped_) return;
      ares_process_fd(self->channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
      self->arm();
    });
  }

  Reactor& reactor_;
  const ResolverOptions options_;
  asio::steady_timer timer_;
  Guarded<AddressCache> cache_;
  std::map<std::string, Owner> owners_;
  std::map<int, std::shared_ptr<Watch>> watches_;
  ares_channel channel_ = nullptr;
  bool is_stopped_ = false;
};

Resolver::Resolver(std::shared_ptr<State> state) : state_(std::move(state)) {}

Resolver::~Resolver() = default;

Result<std::shared_ptr<Resolver>> Resolver::open(Reactor& reactor, ResolverOptions options) {
  auto state = std::make_shared<State>(reactor, std::move(options));
  TRY(state->open());
  return std::shared_ptr<Resolver>(new Resolver(std::move(state)));
}

std::optional<Resolver::Addresses> Resolver::find(std::string_view name) const {
  return state_->find(name);
}

void Resolver::resolve(std::string owner, std::string name, Done done) {
  asio::post(state_->reactor().context(),
             [state = state_, owner = std::move(owner), name = std::move(name),
              done = std::move(done)]() mutable {
               state->resolve(std::move(owner), std::move(name), std::move(done));
             });
}

void Resolver::stop() {
  asio::post(state_->reactor().context(), [state = state_] { state->stop(); });
}

}  // namespace hermes::io
