#include "base/strings.h"
#include "cli/package_commands.h"
#include "package/file_io.h"
#include "package/new_key.h"

namespace hermes::cli {

Result<std::string> key_generate(const Invocation& invocation, UtcTime now) {
  const auto& name = invocation.package.operand;
  const auto& prefix = invocation.package.output;
  const auto made = TRY(package::make_key(name, now));
  const auto key = prefix + ".key";
  const auto certificate = prefix + ".pem";
  constexpr unsigned kOwner = 0600;
  constexpr unsigned kAll = 0644;
  // The key of somebody is not written over.
  TRY(package::create_file(key, made.key_pem, kOwner));
  TRY(package::create_file(certificate, made.certificate.pem(), kAll));
  return concat(key, ": keep it to yourself\n", certificate,
                ": give it to those who are to trust you, '", made.certificate.subject(), "'\n",
                package::to_hex(made.certificate.digest()), "\n");
}

}  // namespace hermes::cli
