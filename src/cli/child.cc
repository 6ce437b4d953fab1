#include "cli/child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/strings.h"

namespace hermes::cli {
namespace {

constexpr int kNotFound = 127;  // As a shell has it.
constexpr int kSignalled = 128;

[[noreturn]] void become(char* const* arguments, const char* directory, pid_t parent) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() == parent && ::chdir(directory) == 0) ::execvp(*arguments, arguments);
  ::_exit(kNotFound);
}

}  // namespace

Result<Child> Child::start(const std::vector<std::string>& arguments,
                           const std::filesystem::path& directory) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const auto self = ::getpid();
  const auto pid = ::fork();
  if (pid == 0) become(argv.data(), directory.c_str(), self);
  if (pid < 0) return Error(Code::LimitReached, concat("a process: ", std::strerror(errno)));
  ::setpgid(pid, pid);  // Whoever of the two is first.
  Child child(pid, io::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))));
  if (child.ended_) return child;
  return Error(Code::LimitReached, concat("a process: ", std::strerror(errno)));
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), ended_(std::move(other.ended_)) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(ended_, other.ended_);
  return *this;
}

Child::~Child() {
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);
  wait();
}

void Child::signal(int number) const {
  if (pid_ > 0) ::kill(-pid_, number);
}

int Child::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
}

}  // namespace hermes::cli
