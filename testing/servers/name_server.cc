#include "testing/servers/name_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "base/strings.h"

namespace hermes::testing {
namespace {

using namespace std::string_literals;

constexpr std::size_t kHeader = 12;
constexpr char kA = 1;
constexpr char kAaaa = 28;

// "\3www\7example\0" is "www.example"; `at` is behind it afterwards.
std::string read_name(std::string_view question, std::size_t& at) {
  std::string name;
  while (at < question.size() && question[at] != 0) {
    const auto size = static_cast<std::size_t>(question[at]);
    if (!name.empty()) name += '.';
    name += question.substr(at + 1, size);
    at += size + 1;
  }
  ++at;
  return lower_case(name);
}

std::string big_endian(std::uint32_t number) {
  const auto bytes = htonl(number);
  return {reinterpret_cast<const char*>(&bytes), sizeof(bytes)};
}

// The address in the form of that type; empty if it is of the other family.
std::string data_of(const std::string& address, char type) {
  std::array<char, 16> bytes;
  const int family = type == kA ? AF_INET : AF_INET6;
  if (::inet_pton(family, address.c_str(), bytes.data()) != 1) return {};
  return {bytes.data(), type == kA ? 4U : 16U};
}

}  // namespace

NameServer::NameServer() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket_, generic, size) != 0 || ::getsockname(socket_, generic, &size) != 0) {
    throw std::runtime_error("no port for a name server");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

NameServer::~NameServer() {
  // An empty datagram ends it.
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::sendto(socket_, nullptr, 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  thread_.join();
  ::close(socket_);
}

std::string NameServer::address() const {
  return concat("127.0.0.1:", port_);
}

void NameServer::set(const std::string& name, std::vector<std::string> addresses,
                     std::chrono::seconds ttl) {
  const std::lock_guard lock(mutex_);
  entries_[name] = {std::move(addresses), ttl};
}

void NameServer::silence(const std::string& name) {
  const std::lock_guard lock(mutex_);
  entries_[name] = {.addresses = {}, .is_silent = true};
}

int NameServer::questions(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return questions_[name];
}

void NameServer::run() {
  std::array<char, 4096> buffer;
  for (;;) {
    sockaddr_in from{};
    socklen_t size = sizeof(from);
    auto* const generic = reinterpret_cast<sockaddr*>(&from);
    const auto count = ::recvfrom(socket_, buffer.data(), buffer.size(), 0, generic, &size);
    if (count <= 0) return;
    const auto answer = this->answer({buffer.data(), static_cast<std::size_t>(count)});
    if (!answer.empty()) ::sendto(socket_, answer.data(), answer.size(), 0, generic, size);
  }
}

std::string NameServer::answer(std::string_view question) {
  auto end = kHeader;
  const auto name = read_name(question, end);
  if (question.size() < end + 4) return {};
  const char type = question[end + 1];
  const std::lock_guard lock(mutex_);
  if (type == kA) ++questions_[name];
  const auto found = entries_.find(name);
  const bool is_known = found != entries_.end();
  if (is_known && found->second.is_silent) return {};
  std::string records;
  char count = 0;
  for (const auto& address : is_known ? found->second.addresses : std::vector<std::string>()) {
    const auto data = type == kA || type == kAaaa ? data_of(address, type) : std::string();
    if (data.empty()) continue;
    const auto ttl = static_cast<std::uint32_t>(found->second.ttl.count());
    records += concat("\xc0\x0c\0"s, std::string(1, type), "\0\1"s, big_endian(ttl), "\0"s,
                      std::string(1, static_cast<char>(data.size())), data);
    ++count;
  }
  // The question comes back, without the records that followed it.
  return concat(question.substr(0, 2), std::string("\x81", 1),
                std::string(1, is_known ? '\x80' : '\x83'), "\0\1\0"s, std::string(1, count),
                "\0\0\0\0"s, question.substr(kHeader, end + 4 - kHeader), records);
}

}  // namespace hermes::testing
