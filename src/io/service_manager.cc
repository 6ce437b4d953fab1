#include "io/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "base/strings.h"
#include "io/descriptor.h"

namespace hermes::io {
namespace {

constexpr std::uint64_t kMicrosecondsPerSecond = 1'000'000;
constexpr std::uint64_t kNanosecondsPerMicrosecond = 1'000;

}  // namespace

// One datagram, which may be lost: the service does not depend on it.
void tell_service_manager(const std::string& state) {
  const char* place = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string_view path = place != nullptr ? place : "";
  if (path.empty() || path.size() >= sizeof address.sun_path) return;
  path.copy(&address.sun_path[0], path.size());
  if (path.front() == '@') address.sun_path[0] = '\0';  // A name that is not in the file system.
  const Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  [[maybe_unused]] const auto sent =
      ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&address), size);
}

void tell_service_manager_of_reloading() {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds = static_cast<std::uint64_t>(now.tv_sec) * kMicrosecondsPerSecond +
                            static_cast<std::uint64_t>(now.tv_nsec) / kNanosecondsPerMicrosecond;
  tell_service_manager(concat("RELOADING=1\nMONOTONIC_USEC=", microseconds));
}

}  // namespace hermes::io
