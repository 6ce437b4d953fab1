// Names of IPNS, which the engine's node publishes and looks up.

#include "base/escape.h"
#include "base/strings.h"
#include "cli/ipfs_commands.h"
#include "cli/ipfs_node.h"
#include "p2p/cid.h"

namespace hermes::cli {
namespace {

constexpr std::string_view kIpfs = "/ipfs/";
constexpr std::string_view kIpns = "/ipns/";

Result<std::string> path_of(const std::string& operand) {
  if (operand.starts_with(kIpfs) || operand.starts_with(kIpns)) return operand;
  return concat(kIpfs, TRY(p2p::Cid::parse(operand)).text());
}

Result<std::string> member_of(const json::Document& answer, std::string_view name) {
  return escape_controls(TRY(TRY(answer.root().require(name))->string()));
}

}  // namespace

Result<std::string> ipfs_name_publish(const Invocation& invocation) {
  const auto value = TRY(path_of(invocation.ipfs.operand));
  const auto answer = TRY(
      ask_node(invocation, concat(R"({"command":"p2p-publish","value":)", json_quote(value), "}")));
  const auto name = TRY(member_of(answer, "name"));
  const bool is_known = TRY(TRY(answer.root().require("known"))->boolean());
  return concat("/ipns/", name, " stands for ", value,
                is_known ? "" : "; no peer has heard of it yet", "\n");
}

Result<std::string> ipfs_name_resolve(const Invocation& invocation) {
  auto name = invocation.ipfs.operand;
  if (name.starts_with(kIpns)) name.erase(0, kIpns.size());
  const auto answer = TRY(
      ask_node(invocation, concat(R"({"command":"p2p-resolve","name":)", json_quote(name), "}")));
  return concat(TRY(member_of(answer, "value")), "\n");
}

}  // namespace hermes::cli
