#include <utility>

#include "base/strings.h"
#include "cli/package_commands.h"
#include "package/file_io.h"
#include "package/hand_over.h"

namespace hermes::cli {
namespace {

constexpr std::size_t kPem = std::size_t{64} << 10;

}  // namespace

Result<std::string> app_hand_over(const Invocation& invocation, UtcTime) {
  const auto& options = invocation.package;
  const auto by = TRY(package::SigningKey::read(options.key, options.certificate));
  const auto pem = TRY(package::read_file(options.to, kPem));
  const auto to = TRY(package::Certificate::from_pem(pem, options.to)).front();
  std::string before;
  if (!options.hand_over.empty()) {
    before = TRY(package::read_file(options.hand_over, package::kHandOverBytes));
  }
  const auto hand_over = TRY(package::add_hand_over(before, options.operand, by, to));
  constexpr unsigned kAll = 0644;
  TRY(package::create_file(options.output, hand_over, kAll));
  return concat(options.output, ": the app '", options.operand, "' goes from ",
                by.chain.front().subject(), " to ", to.subject(), " (",
                package::to_hex(to.digest()), ")\n");
}

}  // namespace hermes::cli
