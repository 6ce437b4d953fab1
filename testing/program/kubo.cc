#include "testing/program/kubo.h"

#include <gtest/gtest.h>

#include "base/strings.h"

namespace hermes::testing {

Kubo::Kubo() {
  const auto built = run_program({HERMES_SOURCE_DIR "/scripts/kubo"});
  EXPECT_EQ(built.code, 0) << built.output;
  const auto begin = built.output.rfind('\n', built.output.size() - 2) + 1;
  program_ = built.output.substr(begin, built.output.size() - begin - 1);
  run({"init", "--profile=test"});
  run({"config", "--json", "Plugins.Plugins.telemetry.Disabled", "true"});
  run({"config", "Routing.Type", "dht"});
  run({"config", "--json", "Addresses.Swarm",
       R"(["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"])"});
  daemon_ = std::make_unique<Process>(
      std::vector<std::string>{program_, "daemon", "--enable-gc=false"}, environment());
  daemon_->line_with("Daemon is ready");
}

std::string Kubo::run(const std::vector<std::string>& arguments) {
  const auto ended = tries(arguments);
  EXPECT_EQ(ended.code, 0) << arguments[0] << ": " << ended.output;
  return ended.output;
}

Ended Kubo::tries(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program_);
  return run_program(arguments, environment());
}

std::vector<std::string> Kubo::environment() const {
  return {concat("IPFS_PATH=", home_.path().string()), "IPFS_TELEMETRY=off"};
}

}  // namespace hermes::testing
