#include "net/shard.h"

#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "net/connection.h"
#include "net/http1_connection.h"
#include "net/http_date.h"

namespace hermes::net {
namespace {

// Copies, since a connection that closes leaves the set.
std::vector<std::shared_ptr<Connection>> all(const std::unordered_set<Connection*>& connections) {
  std::vector<std::shared_ptr<Connection>> copies;
  for (auto* connection : connections) copies.push_back(connection->shared_from_this());
  return copies;
}

}  // namespace

void Shard::adopt(Socket socket, std::string peer, std::shared_ptr<const ServerTls> tls,
                  bool is_refused) {
  load_.fetch_add(1, std::memory_order_relaxed);
  boost::asio::post(
      reactor_.context(), [self = shared_from_this(), socket = std::move(socket),
                           peer = std::move(peer), tls = std::move(tls), is_refused]() mutable {
        const int descriptor = socket.native_handle();
        auto connection = std::make_shared<Http1Connection>(Connection::Parts{
            self, std::move(socket), Transport(descriptor, std::move(tls)), std::move(peer)});
        self->connections_.insert(connection.get());
        if (is_refused) connection->refuse();
        connection->start();
      });
}

void Shard::quiesce() {
  boost::asio::post(reactor_.context(), [self = shared_from_this()] {
    for (const auto& connection : all(self->connections_)) connection->quiesce();
  });
}

void Shard::stop() {
  boost::asio::post(reactor_.context(), [self = shared_from_this()] {
    for (const auto& connection : all(self->connections_)) connection->close();
  });
}

void Shard::remove(Connection& connection) {
  if (connections_.erase(&connection) == 0) return;
  load_.fetch_sub(1, std::memory_order_relaxed);
  server_->clients.remove(connection.peer());
}

void Shard::replace(Connection& connection, Connection& next) {
  connections_.erase(&connection);
  connections_.insert(&next);
}

std::string_view Shard::date() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec != date_of_ || date_.empty()) {
    date_of_ = now.tv_sec;
    date_ = format_http_date(UtcTime(std::chrono::seconds(now.tv_sec)));
  }
  return date_;
}

}  // namespace hermes::net
