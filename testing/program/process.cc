#include "testing/program/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace hermes::testing {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (auto& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

Process::Process(std::vector<std::string> arguments, std::vector<std::string> environment) {
  std::array<int, 2> pipe{};
  EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDERR_FILENO);
  for (char** variable = environ; *variable != nullptr; ++variable)
    environment.push_back(*variable);
  const auto failed = ::posix_spawnp(&pid_, arguments.front().c_str(), &actions, nullptr,
                                     pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  EXPECT_EQ(failed, 0) << "cannot start " << arguments.front();
  ended_ = failed != 0;
  reader_ = std::thread([this, descriptor = pipe[0]] { read(descriptor); });
}

Process::~Process() {
  if (!ended_) {
    signal(SIGKILL);
    wait();
  }
  if (reader_.joinable()) reader_.join();
}

void Process::read(int descriptor) {
  std::array<char, 4096> bytes;
  for (;;) {
    const auto count = ::read(descriptor, bytes.data(), bytes.size());
    const std::lock_guard lock(mutex_);
    if (count > 0) output_.append(bytes.data(), static_cast<std::size_t>(count));
    if (count <= 0) closed_ = true;
    written_.notify_all();
    if (closed_) break;
  }
  ::close(descriptor);
}

std::string Process::line_with(std::string_view text, std::string_view also) {
  std::unique_lock lock(mutex_);
  std::string_view line;
  const auto found = [&] {
    for (auto at = output_.find(text); at != output_.npos; at = output_.find(text, at + 1)) {
      const auto begin = output_.rfind('\n', at) + 1;  // 0 in the first line.
      const auto end = output_.find('\n', at);
      if (end == output_.npos && !closed_) return false;
      const auto candidate = std::string_view(output_).substr(begin, end - begin);
      if (candidate.find(also) == candidate.npos) continue;
      line = candidate;
      return true;
    }
    return closed_;
  };
  written_.wait_for(lock, kPatience, found);
  if (line.data() == nullptr) {
    ADD_FAILURE() << "no line with '" << text << "' and '" << also << "' in:\n" << output_;
  }
  return std::string(line);
}

void Process::signal(int number) const {
  ::kill(pid_, number);
}

int Process::wait() {
  if (ended_) return code_;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  ended_ = true;
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  reader_.join();
  return code_;
}

std::string Process::output() const {
  const std::lock_guard lock(mutex_);
  return output_;
}

Ended run_program(std::vector<std::string> arguments, std::vector<std::string> environment) {
  Process process(std::move(arguments), std::move(environment));
  const int code = process.wait();
  return {code, process.output()};
}

}  // namespace hermes::testing
