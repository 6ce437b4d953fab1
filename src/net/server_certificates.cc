#include "net/server_certificates.h"

#include <utility>

namespace hermes::net {

Result<std::shared_ptr<ServerCertificates>> ServerCertificates::open(
    std::span<const CertificateFiles> files) {
  auto tls = TRY(ServerTls::open(files));
  return std::shared_ptr<ServerCertificates>(new ServerCertificates(std::move(tls)));
}

Result<bool> ServerCertificates::reread(std::span<const CertificateFiles> files) {
  auto next = TRY(ServerTls::open(files));
  return current_.with([&](auto& current) {
    if (current->has_same_certificates(*next)) return false;
    current = std::move(next);
    return true;
  });
}

std::shared_ptr<const ServerTls> ServerCertificates::current() const {
  return current_.with([](const auto& current) { return current; });
}

}  // namespace hermes::net
