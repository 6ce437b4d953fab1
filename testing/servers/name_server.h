#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hermes::testing {

/// A DNS server on 127.0.0.1 that knows what the test tells it. Of other names it says that there
/// are none.
class NameServer {
 public:
  NameServer();
  NameServer(const NameServer&) = delete;
  ~NameServer();

  /// "127.0.0.1:1234", as the resolver takes it.
  std::string address() const;

  /// Of both families; the name in lower case.
  void set(const std::string& name, std::vector<std::string> addresses,
           std::chrono::seconds ttl = std::chrono::seconds(0));

  /// Never answers questions for it.
  void silence(const std::string& name);

  /// How many questions for IPv4 addresses of it came.
  int questions(const std::string& name);

 private:
  struct Entry {
    std::vector<std::string> addresses;
    std::chrono::seconds ttl{0};
    bool is_silent = false;
  };

  void run();
  std::string answer(std::string_view question);

  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, int> questions_;
  std::thread thread_;
};

}  // namespace hermes::testing
