#include "net/outbound_shard.h"

#include <algorithm>
#include <ranges>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "net/outbound_exchange.h"

namespace hermes::net {

OutboundShard::OutboundShard(io::Reactor& reactor, std::shared_ptr<OutboundContext> context)
    : reactor_(reactor), context_(std::move(context)), timer_(reactor.context()) {}

std::shared_ptr<OutboundConnection> OutboundShard::take(const OutboundRequest& request) {
  for (;;) {
    const auto found = std::ranges::find_if(idle_ | std::views::reverse, [&](const Idle& idle) {
      return idle.app == request.app && idle.to == request.to;
    });
    if (found == idle_.rend()) return nullptr;
    auto connection = std::move(found->connection);
    idle_.erase(std::next(found).base());
    const bool is_permitted = request.hosts->may_connect(connection->address(), request.to.port);
    if (is_permitted && connection->is_quiet()) return connection;
    connection->close();
  }
}

void OutboundShard::keep(const std::string& app, const Destination& to,
                         std::shared_ptr<OutboundConnection> connection) {
  const auto is_of_app = [&](const Idle& idle) { return idle.app == app; };
  const auto& options = context_->options;
  const bool keeps = options.kept != 0 && options.app_kept != 0 && !context_->is_stopped;
  if (!keeps || !connection->is_quiet()) return connection->close();
  if (static_cast<std::size_t>(std::ranges::count_if(idle_, is_of_app)) >= options.app_kept) {
    idle_.erase(std::ranges::find_if(idle_, is_of_app));
  }
  if (idle_.size() >= options.kept) idle_.pop_front();
  const auto until = std::chrono::steady_clock::now() + options.idle_timeout;
  idle_.push_back({app, to, std::move(connection), until});
  if (!is_armed_) arm();
}

void OutboundShard::arm() {
  is_armed_ = true;
  timer_.expires_at(idle_.front().until);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code) {
    const auto self = weak.lock();
    if (!self) return;
    const auto now = std::chrono::steady_clock::now();
    while (!self->idle_.empty() && self->idle_.front().until <= now) self->idle_.pop_front();
    self->is_armed_ = false;
    if (!self->idle_.empty()) self->arm();
  });
}

void OutboundShard::forget(std::string app) {
  boost::asio::post(reactor_.context(), [self = shared_from_this(), app = std::move(app)] {
    self->close_idle(app);
    // A copy, since those that end leave the set.
    const std::vector<std::shared_ptr<OutboundExchange>> all(self->exchanges_.begin(),
                                                             self->exchanges_.end());
    for (const auto& exchange : all) {
      if (app.empty() || exchange->app() == app) exchange->abort();
    }
  });
}

void OutboundShard::close_idle(const std::string& app) {
  std::erase_if(idle_, [&](const Idle& idle) { return app.empty() || idle.app == app; });
  if (idle_.empty()) timer_.cancel();
}

}  // namespace hermes::net
