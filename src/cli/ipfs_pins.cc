#include <chrono>

#include "base/escape.h"
#include "base/strings.h"
#include "cli/ipfs_commands.h"
#include "cli/ipfs_node.h"
#include "cli/ipfs_repository.h"
#include "control/home_lock.h"

namespace hermes::cli {
namespace {

std::string describe(const p2p::Pin& pin) {
  const auto app = pin.app == kOperator ? std::string("(you)") : escape_controls(pin.app);
  return concat(pin.cid.text(), "  ", pin.bytes, " bytes  ", app,
                pin.count > 1 ? concat("  ", pin.count, " times") : "", "\n");
}

std::string json_of(const p2p::Pin& pin) {
  return concat(R"({"cid":")", pin.cid.text(), R"(","bytes":)", pin.bytes, R"(,"app":)",
                json_quote(pin.app), R"(,"count":)", pin.count, "}");
}

}  // namespace

Result<std::string> ipfs_pin(const Invocation& invocation) {
  const auto repository = TRY(open_repository(invocation));
  const auto lease = repository->blocks().lease();
  const auto cid = TRY(content_of(invocation, *repository));
  TRY(repository->pin(kOperator, cid, kOperatorPins));
  return concat("pinned ", cid.text(), "\n");
}

Result<std::string> ipfs_unpin(const Invocation& invocation) {
  const auto repository = TRY(open_repository(invocation));
  const auto path = TRY(p2p::ContentPath::parse(invocation.ipfs.operand));
  const auto cid = TRY(p2p::resolve(repository->blocks(), path));
  if (TRY(repository->holdings().unpin(kOperator, cid))) {
    return concat("unpinned ", cid.text(), "\n");
  }
  return Error(Code::NotFound, concat("you have not pinned ", cid.text(),
                                      "; `hermes ipfs pins` "
                                      "shows who has what"));
}

Result<std::string> ipfs_pins(const Invocation& invocation) {
  const auto repository = TRY(open_repository(invocation));
  std::string text;
  std::string json;
  for (const auto& pin : TRY(repository->holdings().pins())) {
    text += describe(pin);
    json += concat(json.empty() ? "" : ",", json_of(pin));
  }
  if (invocation.ipfs.json) return concat(R"({"pins":[)", json, "]}\n");
  return text.empty() ? "nothing is pinned\n" : text;
}

// While nobody else, the engine of the home either, can use what it deletes.
Result<std::string> ipfs_gc(const Invocation& invocation) {
  const auto& settings = invocation.settings;
  auto repository = TRY(
      p2p::Repository::open(settings.engine.home, p2p::Repository::Role::Owner, settings.blocks));
  const auto lock = TRY(
      control::HomeLock::take(settings.engine.home).context("deleting needs the home for itself"));
  return concat("freed ", TRY(repository->collect(0)), " bytes\n");
}

Result<std::string> ipfs_status(const Invocation& invocation) {
  const auto repository = TRY(open_repository(invocation));
  auto& blocks = repository->blocks();
  const auto count = TRY(blocks.count());
  const auto pins = TRY(repository->holdings().pins()).size();
  const auto [roots, announced] = TRY(repository->roots().counts(std::chrono::system_clock::now()));
  const auto node = node_facts(invocation);
  if (invocation.ipfs.json) {
    return concat(R"({"blocks":)", count, R"(,"bytes":)", blocks.bytes(), R"(,"most_bytes":)",
                  blocks.most_bytes(), R"(,"pins":)", pins, R"(,"roots":)", roots,
                  R"(,"announced":)", announced, R"(,"node":)", node.json, "}\n");
  }
  return concat("blocks  ", count, "\nbytes   ", blocks.bytes(), " of ", blocks.most_bytes(),
                "\npins    ", pins, "; announced: ", announced, " of ", roots, " roots\n",
                node.text);
}

}  // namespace hermes::cli
