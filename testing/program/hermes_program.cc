#include "testing/program/hermes_program.h"

#include <charconv>
#include <cstdlib>
#include <utility>

#include "base/strings.h"

namespace hermes::testing {
namespace {

// Tests run in containers, where root is often the only user.
[[maybe_unused]] const int kAllowed = ::setenv("HERMES_ALLOW_ROOT", "1", 0);

// They meet peers only where they ask for it.
[[maybe_unused]] const int kAlone = ::setenv("HERMES_NO_P2P", "1", 0);

constexpr auto kCodeCache = HERMES_TEST_HOME "/compiled";
constexpr std::string_view kListening = "listening on http://";

std::vector<std::string> command(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), HERMES_BINARY);
  return arguments;
}

std::vector<std::string> with_code_cache(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--code-cache", kCodeCache});
  return arguments;
}

std::vector<std::string> serving(std::vector<std::string> arguments,
                                 const std::filesystem::path& home,
                                 std::vector<std::string> through) {
  arguments.insert(arguments.end(), {"--port", "0", "--home", home.string()});
  for (auto& argument : command(std::move(arguments))) through.push_back(std::move(argument));
  return through;
}

}  // namespace

std::string example_app(std::string_view name) {
  return concat(HERMES_APPS, "/", name);
}

Ended hermes_command(std::vector<std::string> arguments, std::vector<std::string> environment) {
  return run_program(command(std::move(arguments)), std::move(environment));
}

Ended hermes_run(std::vector<std::string> arguments) {
  const TemporaryDirectory home;
  arguments.insert(arguments.begin(), "run");
  return run_program(serving(with_code_cache(std::move(arguments)), home.path(), {}));
}

HermesProgram::HermesProgram(std::vector<std::string> arguments, std::vector<std::string> through)
    : own_home_(std::make_unique<TemporaryDirectory>()),
      home_(own_home_->path()),
      process_(serving(with_code_cache(std::move(arguments)), home_, std::move(through))) {}

HermesProgram::HermesProgram(std::vector<std::string> arguments, const std::filesystem::path& home,
                             std::vector<std::string> through)
    : home_(home), process_(serving(std::move(arguments), home, std::move(through))) {}

Ended HermesProgram::ctl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "ctl");
  arguments.insert(arguments.end(), {"--home", home_.string()});
  return hermes_command(std::move(arguments));
}

std::uint16_t HermesProgram::port() {
  if (port_ != 0) return port_;
  const auto line = process_.line_with(kListening);
  const auto address = line.substr(line.find(kListening) + kListening.size());
  const auto* begin = address.data() + address.rfind(':') + 1;
  std::from_chars(begin, address.data() + address.size(), port_);
  return port_;
}

void HermesProgram::wait_for_app(std::string_view name) {
  process_.line_with(concat(name, "\n"));
}

std::string HermesProgram::url(std::string_view app, std::string_view path) {
  return concat("http://", app, ".localhost:", port(), path);
}

Answer HermesProgram::curl(std::string_view app, std::string_view path,
                           std::vector<std::string> options) {
  std::vector<std::string> arguments = {"curl",         "--silent",    "--max-time",    "60",
                                        "--path-as-is", "--write-out", "\n%{http_code}"};
  arguments.push_back("--resolve");
  arguments.push_back(concat(app, ".localhost:", port(), ":127.0.0.1"));
  for (auto& option : options) arguments.push_back(std::move(option));
  arguments.push_back(url(app, path));
  const auto ended = run_program(std::move(arguments));
  const auto split = ended.output.rfind('\n');
  Answer answer{0, ended.output.substr(0, split)};
  const auto* status = ended.output.data() + split + 1;
  std::from_chars(status, ended.output.data() + ended.output.size(), answer.status);
  return answer;
}

}  // namespace hermes::testing
