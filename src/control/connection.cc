#include "control/connection.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "control/address.h"

namespace hermes::control {

Result<Connection> Connection::open(const std::filesystem::path& home) {
  const auto none = [&](std::string_view why) {
    return Error(Code::NotFound, concat("no engine runs on the home ", home.native(), why));
  };
  std::error_code ignored;
  if (!std::filesystem::exists(home, ignored)) return none(", which does not exist");
  const auto address = TRY(Address::in(home));
  io::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), address.get(), address.size()) == 0) {
    return Connection(std::move(socket));
  }
  if (errno == ENOENT || errno == ECONNREFUSED) return none("");
  return Error(Code::Denied,
               concat("the control socket in ", home.native(), ": ", std::strerror(errno)));
}

Result<> Connection::send(std::string line) {
  line += '\n';
  for (std::string_view rest = line; !rest.empty();) {
    const auto sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      return Error(Code::Stopping, concat("the engine has hung up: ", std::strerror(errno)));
    }
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

std::optional<std::string> Connection::receive() {
  for (;;) {
    if (const auto end = input_.find('\n'); end != input_.npos) {
      auto line = input_.substr(0, end);
      input_.erase(0, end + 1);
      return line;
    }
    std::array<char, 65'536> bytes;
    const auto count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    input_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace hermes::control
