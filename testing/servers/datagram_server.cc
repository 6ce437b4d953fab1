#include "testing/servers/datagram_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/strings.h"

namespace hermes::testing {
namespace {

int make_socket(std::uint16_t& port) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, generic, size) != 0 || ::getsockname(socket, generic, &size) != 0) {
    throw std::runtime_error("no port for a server of datagrams");
  }
  port = ntohs(address.sin_port);
  return socket;
}

void send(int socket, std::string_view text, const sockaddr_in& to) {
  ::sendto(socket, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof(to));
}

}  // namespace

DatagramServer::DatagramServer() : socket_(make_socket(port_)) {
  std::uint16_t port = 0;
  stranger_ = make_socket(port);
  thread_ = std::thread([this] { run(); });
}

DatagramServer::~DatagramServer() {
  // An empty datagram ends it.
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  send(socket_, {}, address);
  thread_.join();
  ::close(stranger_);
  ::close(socket_);
}

void DatagramServer::run() const {
  std::array<char, 4096> buffer;
  for (;;) {
    sockaddr_in from{};
    socklen_t size = sizeof(from);
    const auto count = ::recvfrom(socket_, buffer.data(), buffer.size(), 0,
                                  reinterpret_cast<sockaddr*>(&from), &size);
    if (count <= 0) return;
    send(stranger_, "stranger", from);
    send(socket_, concat("got ", std::string_view(buffer.data(), static_cast<std::size_t>(count))),
         from);
  }
}

}  // namespace hermes::testing
