#include "cli/ipfs_arguments.h"

#include "cli/ipfs_commands.h"

namespace hermes::cli {
namespace {

struct Verb {
  const char* name;
  const char* help;
  const char* operand;  // Null if it has none.
  const char* operand_help;
  decltype(IpfsOptions::run) run;
};

constexpr auto kContent = "/ipfs/CID, with a path below it or without, or a CID";

constexpr Verb kVerbs[] = {
    {"add", "Store a file, or a directory with all in it, and pin it", "PATH",
     "file or directory; what is hidden in it is left out", ipfs_add},
    {"cat", "Write a file to standard output", "CONTENT", kContent, ipfs_cat},
    {"get", "Write a file, or a directory with all in it, to the disk", "CONTENT", kContent,
     ipfs_get},
    {"pin", "Keep content and all below it", "CONTENT", kContent, ipfs_pin},
    {"unpin", "Take a pin of yours back", "CONTENT", kContent, ipfs_unpin},
    {"pins", "Show what you and the apps have pinned", nullptr, nullptr, ipfs_pins},
    {"topics", "Show the topics to which apps listen", nullptr, nullptr, ipfs_topics},
    {"keys", "Show the keys of records that apps publish, and of what they provide", nullptr,
     nullptr, ipfs_keys},
    {"evicted", "Show the peers that apps have evicted", nullptr, nullptr, ipfs_evicted},
    {"gc", "Delete all that nobody has pinned", nullptr, nullptr, ipfs_gc},
    {"status", "Show how much is stored, and who the engine's node is", nullptr, nullptr,
     ipfs_status},
    {"peers", "Show with whom the engine's node is connected", nullptr, nullptr, ipfs_peers},
    {"connect", "Connect the engine's node with a peer", "ADDRESS",
     "/ip4/…/p2p/…, or a peer id that is known", ipfs_connect},
    {"bootstrap", "Show, or set until the engine ends, whom its node begins with", nullptr, nullptr,
     ipfs_bootstrap},
};

// Of `hermes ipfs name`.
constexpr Verb kNameVerbs[] = {
    {"publish", "Let the name of the engine's node stand for content", "CONTENT", kContent,
     ipfs_name_publish},
    {"resolve", "Show what a name stands for", "NAME", "k51…, /ipns/k51…, or a peer id",
     ipfs_name_resolve},
};

CLI::App* add_verb(CLI::App& parent, const Verb& verb, IpfsOptions& options) {
  auto* command = parent.add_subcommand(verb.name, verb.help);
  command->fallthrough();
  command->callback([&options, &verb] { options.run = verb.run; });
  if (verb.operand != nullptr) {
    command->add_option(verb.operand, options.operand, verb.operand_help)->required();
  }
  return command;
}

}  // namespace

CLI::App* add_ipfs(CLI::App& app, IpfsOptions& options) {
  auto* ipfs = app.add_subcommand("ipfs", "Store, read and pin content of IPFS");
  ipfs->require_subcommand(1);
  for (const auto& verb : kVerbs) {
    auto* command = add_verb(*ipfs, verb, options);
    if (verb.run == ipfs_add) {
      command->add_option("--cid-version", options.cid_version, "0, or 1 with raw leaves [0]")
          ->type_name("")
          ->check(CLI::IsMember({0, 1}).description(""));
    }
    if (verb.run == ipfs_get) {
      command->add_option("-o,--output", options.output, "where to [the last name of CONTENT]")
          ->type_name("PATH");
    }
    if (verb.run == ipfs_bootstrap) {
      command->add_option("ADDRESS", options.operands, "/ip4/…/p2p/…, in place of those of now");
      command->add_flag("--none", options.none, "set that there are none");
    }
    const bool has_json = verb.run == ipfs_pins || verb.run == ipfs_status ||
                          verb.run == ipfs_peers || verb.run == ipfs_topics ||
                          verb.run == ipfs_keys || verb.run == ipfs_evicted;
    if (has_json) {
      command
          ->add_option_function<std::string>(
              "-o", [&options](const std::string& form) { options.json = form == "json"; },
              "text or json [text]")
          ->type_name("")
          ->check(CLI::IsMember({"text", "json"}).description(""));
    }
  }
  auto* name =
      ipfs->add_subcommand("name", "Names of IPNS, which can stand for other content later");
  name->require_subcommand(1);
  name->fallthrough();
  for (const auto& verb : kNameVerbs) add_verb(*name, verb, options);
  return ipfs;
}

}  // namespace hermes::cli
