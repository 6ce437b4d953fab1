#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>

#include "base/result.h"
#include "io/descriptor.h"

namespace hermes::control {

/// The socket of the engine in a home: "control". The path of the home may be longer than the
/// address of a socket.
class Address {
 public:
  static Result<Address> in(const std::filesystem::path& home);

  // Valid as long as the object.
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  socklen_t size() const { return sizeof(address_); }
  const char* path() const { return &address_.sun_path[0]; }

 private:
  Address(io::Descriptor home, const sockaddr_un& address)
      : home_(std::move(home)), address_(address) {}

  io::Descriptor home_;
  sockaddr_un address_;
};

}  // namespace hermes::control
