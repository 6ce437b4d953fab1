#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "package/certificate.h"

namespace hermes::package {

/// A new key of Ed25519 and a certificate that it signed itself, for signing packages.
struct NewKey {
  std::string key_pem;
  Certificate certificate;
};

/// For somebody of that name, who is known by it alone; valid for two years.
Result<NewKey> make_key(const std::string& name, UtcTime now);

}  // namespace hermes::package
