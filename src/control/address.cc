#include "control/address.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/strings.h"

namespace hermes::control {

// By way of a descriptor, the path is always short.
Result<Address> Address::in(const std::filesystem::path& home) {
  io::Descriptor directory(::open(home.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) {
    return Error(Code::NotFound, concat("the home ", home.native(), ": ", std::strerror(errno)));
  }
  const auto path = concat("/proc/self/fd/", directory.get(), "/control");
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  HERMES_CHECK(path.size() < sizeof address.sun_path, "the path is short");
  path.copy(&address.sun_path[0], path.size());
  return Address(std::move(directory), address);
}

}  // namespace hermes::control
