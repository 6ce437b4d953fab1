#include "testing/program/js_peer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/strings.h"

namespace hermes::testing {
namespace {

constexpr std::string_view kGood = "ok";

bool is_good(std::string_view answer) {
  const auto said = words(answer);
  return !said.empty() && said[0] == kGood;
}

}  // namespace

JsPeer::JsPeer(const std::string& program) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  socket_ = io::Descriptor(ends[0]);
  const io::Descriptor its(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, its.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, its.get(), STDOUT_FILENO);
  std::string script = HERMES_SOURCE_DIR "/scripts/js-peer";
  std::string argument = program;
  std::array<char*, 3> arguments{script.data(), argument.data(), nullptr};
  EXPECT_EQ(::posix_spawn(&pid_, script.c_str(), &actions, nullptr, arguments.data(), environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  const auto ready = read_line();
  const auto said = words(ready);
  EXPECT_GE(said.size(), 2U) << ready;
  if (said.size() < 2) return;
  peer_ = said[1];
  addresses_.assign(said.begin() + 2, said.end());
}

JsPeer::~JsPeer() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::string JsPeer::address(std::string_view part) const {
  for (const auto& address : addresses_) {
    if (address.find(part) != std::string::npos) return address;
  }
  ADD_FAILURE() << "it does not listen at " << part;
  return {};
}

std::string JsPeer::run(std::string_view line) {
  const auto answer = ask(line);
  EXPECT_TRUE(is_good(answer)) << line << ": " << answer;
  return answer.size() > kGood.size() ? answer.substr(kGood.size() + 1) : std::string();
}

bool JsPeer::tries(std::string_view line) {
  return is_good(ask(line));
}

std::string JsPeer::ask(std::string_view line) {
  const auto asked = concat(line, "\n");
  EXPECT_EQ(::send(socket_.get(), asked.data(), asked.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(asked.size()));
  return read_line();
}

std::string JsPeer::read_line() {
  std::array<char, 4096> bytes{};
  while (read_.find('\n') == std::string::npos) {
    const auto count = ::read(socket_.get(), bytes.data(), bytes.size());
    if (count <= 0) break;
    read_.append(bytes.data(), static_cast<std::size_t>(count));
  }
  const auto end = read_.find('\n');
  auto line = read_.substr(0, end);
  read_.erase(0, end == read_.npos ? end : end + 1);
  return line;
}

}  // namespace hermes::testing
