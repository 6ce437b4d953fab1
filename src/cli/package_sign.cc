#include <string>

#include "base/strings.h"
#include "cli/package_commands.h"
#include "package/file_io.h"
#include "package/hand_over.h"
#include "package/sign.h"

namespace hermes::cli {

Result<std::string> package_sign(const Invocation& invocation, UtcTime) {
  using Role = package::Signer::Role;
  const auto& options = invocation.package;
  const auto key = TRY(package::SigningKey::read(options.key, options.certificate));
  const auto& path = invocation.package.operand;
  std::string hand_over;
  if (!options.hand_over.empty()) {
    hand_over = TRY(package::read_file(options.hand_over, package::kHandOverBytes));
  }
  const auto role = options.publisher ? Role::Publisher : Role::Author;
  TRY(package::sign_package(path, key, role, hand_over).context(concat("'", path, "'")));
  const auto& certificate = key.chain.front();
  return concat(path, ": ", options.publisher ? "counter-signed" : "signed", " by ",
                certificate.subject(), " (", package::to_hex(certificate.digest()), ")\n");
}

}  // namespace hermes::cli
