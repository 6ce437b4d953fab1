#pragma once

#include <cstdint>
#include <thread>

namespace hermes::testing {

/// A server of UDP on 127.0.0.1. Each datagram brings two back: "stranger" from a port of its own,
/// and then "got " and what came.
class DatagramServer {
 public:
  DatagramServer();
  DatagramServer(const DatagramServer&) = delete;
  ~DatagramServer();

  std::uint16_t port() const { return port_; }

 private:
  void run() const;

  std::uint16_t port_ = 0;  // Before the socket, which sets it.
  int socket_ = -1;
  int stranger_ = -1;
  std::thread thread_;
};

}  // namespace hermes::testing
