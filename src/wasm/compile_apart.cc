#include "wasm/compile_apart.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "wasm/engine_handle.h"
#include "wasm/handle.h"

namespace hermes::wasm {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// What the process ends with.
constexpr int kDone = 0;     // Its standard output is the code.
constexpr int kRefused = 1;  // Its standard output says what is wrong with the component.
constexpr int kTrouble = 2;  // Its standard error says why it could not do its work.

constexpr std::size_t kLongestMessage = 1024;

// On a busy machine, what has the lowest priority waits: so many times what it may use of the CPUs.
constexpr int kPatience = 10;

// What the process is told, as arguments in this order.
struct Orders {
  std::uint64_t parent;
  std::uint64_t memory;
  std::uint64_t reserve;
  std::uint64_t all_cores;
};
constexpr std::size_t kOrders = 4;

std::optional<Orders> parse(std::span<const std::string> arguments) {
  if (arguments.size() != kOrders) return std::nullopt;
  std::array<std::uint64_t, kOrders> numbers{};
  for (std::size_t i = 0; i < kOrders; ++i) {
    const auto* end = arguments[i].data() + arguments[i].size();
    const auto [rest, error] = std::from_chars(arguments[i].data(), end, numbers[i]);
    if (error != std::errc() || rest != end) return std::nullopt;
  }
  return Orders{numbers[0], numbers[1], numbers[2], numbers[3]};
}

Error system_error(std::string_view doing, int number) {
  return {Code::Denied, concat(doing, ": ", std::strerror(number))};
}

// A process that is gone with the object.
class Child {
 public:
  explicit Child(pid_t pid)
      : pid_(pid), handle_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  Child(const Child&) = delete;
  ~Child() {
    if (ended_) return;
    ::kill(pid_, SIGKILL);
    wait();
  }

  bool can_be_watched() const { return handle_.descriptor() >= 0; }

  /// The status that it ended with; none once it has used `cpu`, or has run for `wall`.
  std::optional<int> wait_for(milliseconds cpu, milliseconds wall) {
    const auto end = steady_clock::now() + wall;
    for (;;) {
      const auto left = std::min<nanoseconds>(cpu - cpu_time(), end - steady_clock::now());
      // It may run on all cores at once.
      const auto pause = std::chrono::ceil<milliseconds>(left / std::max(1, ::get_nprocs()));
      pollfd source{handle_.descriptor(), POLLIN, 0};
      if (::poll(&source, 1, static_cast<int>(std::max(pause.count(), std::int64_t{0}))) > 0) {
        return wait();
      }
      if (left <= nanoseconds(0)) return std::nullopt;
    }
  }

 private:
  nanoseconds cpu_time() const {
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return {};
    return std::chrono::seconds(used.tv_sec) + nanoseconds(used.tv_nsec);
  }

  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    ended_ = true;
    return status;
  }

  const pid_t pid_;
  const CodeFile handle_;
  bool ended_ = false;
};

// What the process has: `files` are its standard input, output and error.
class Spawn {
 public:
  explicit Spawn(const std::array<const CodeFile*, 3>& files) {
    posix_spawn_file_actions_init(&actions_);
    for (std::size_t i = 0; i < files.size(); ++i) {
      posix_spawn_file_actions_adddup2(&actions_, files[i]->descriptor(), static_cast<int>(i));
    }
    posix_spawn_file_actions_addclosefrom_np(&actions_, static_cast<int>(files.size()));
    // A group of its own: what is typed at the terminal is for the engine.
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
  }
  Spawn(const Spawn&) = delete;
  ~Spawn() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }

  Result<pid_t> start(const std::filesystem::path& program, std::vector<std::string> arguments) {
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    char* no_environment = nullptr;
    pid_t pid = -1;
    const int failed =
        ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_, argv.data(), &no_environment);
    if (failed != 0) return system_error("starting the compiler", failed);
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::string first_words(const CodeFile& file) {
  const CodeMapping mapping(file);
  std::string words(mapping.content().substr(0, kLongestMessage));
  while (words.ends_with('\n')) words.pop_back();
  return words;
}

bool tells_of_memory(std::string_view words) {
  // As the libraries of Rust and C++ say it before they end the process, and as the kernel does.
  constexpr std::array<std::string_view, 3> kPhrases = {"memory allocation of", "std::bad_alloc",
                                                        "Cannot allocate memory"};
  return std::ranges::any_of(kPhrases,
                             [&](auto phrase) { return words.find(phrase) != words.npos; });
}

Error why_none(int status, const CodeFile& output, const CodeFile& messages,
               const CompileLimits& limits) {
  const bool refused = WIFEXITED(status) && WEXITSTATUS(status) == kRefused;
  const auto words = first_words(refused ? output : messages);
  if (tells_of_memory(words)) {
    return {Code::LimitReached,
            concat("compiling it takes more than ", limits.memory >> 20, " MiB of memory")};
  }
  if (refused) return {Code::InvalidArgument, words};
  auto end = WIFSIGNALED(status) ? concat("the compiler was ended by signal ", WTERMSIG(status),
                                          " (", ::strsignal(WTERMSIG(status)), ")")
                                 : concat("the compiler ended with code ", WEXITSTATUS(status));
  if (!words.empty()) end += concat(": ", words);
  return {Code::Denied, std::move(end)};
}

// Where it fails, the process has less protection than it could have, and works.
void leave_room_for_others() {
  ::setpriority(PRIO_PROCESS, 0, 19);
  std::ofstream("/proc/self/oom_score_adj") << 1000;
}

bool set_limit(__rlimit_resource resource, rlim_t most) {
  rlimit limit{};
  ::getrlimit(resource, &limit);
  limit.rlim_cur = limit.rlim_max = std::min(most, limit.rlim_max);
  return ::setrlimit(resource, &limit) == 0;
}

// Nobody waits for the result once the parent is gone.
bool live_as_long_as(pid_t parent) {
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent;
}

Result<> compile_into(const CodeFile& output, std::string_view component,
                      const CompileOptions& options) {
  const MemoryBudget memory;
  auto config = config_of({.pooling = false, .slots = 1}, memory);
  config.reserve = options.reserve;
  config.all_cores = options.all_cores;
  hermes_engine* raw = nullptr;
  TRY(check(hermes_engine_new(&config, &raw)).context("starting the compiler"));
  const Handle<hermes_engine, hermes_engine_free> engine(raw);
  hermes_bytes made = {};
  TRY(check(hermes_compile(engine.get(), reinterpret_cast<const std::uint8_t*>(component.data()),
                           component.size(), &made)));
  const bool written = write_all(output, {reinterpret_cast<const char*>(made.data), made.len});
  const int error = errno;
  hermes_bytes_free(made);
  if (!written) return system_error("writing compiled code", error);
  return {};
}

}  // namespace

Result<CodeFile> compile_apart(const std::filesystem::path& program, std::string_view component,
                               const CompileOptions& options, const CompileLimits& limits) {
  const auto input = TRY(make_file_in_memory());
  auto output = TRY(make_file_in_memory());
  const auto messages = TRY(make_file_in_memory());
  if (!write_all(input, component)) return system_error("handing the component on", errno);
  Child child(TRY(Spawn({&input, &output, &messages})
                      .start(program, {"hermes", "compile", std::to_string(::getpid()),
                                       std::to_string(limits.memory), options.reserve ? "1" : "0",
                                       options.all_cores ? "1" : "0"})));
  if (!child.can_be_watched()) return system_error("watching the compiler", errno);
  const auto status = child.wait_for(limits.time, limits.time * kPatience);
  if (!status) {
    return Error(Code::TimedOut,
                 concat("compiling it takes more than ", limits.time.count(),
                        " ms of CPU time, or ", kPatience, " times as long by the clock"));
  }
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != kDone) {
    return why_none(*status, output, messages, limits);
  }
  TRY(seal(output));
  return output;
}

Result<CodeFile> compile_here(std::string_view component, const CompileOptions& options) {
  auto output = TRY(make_file_in_memory());
  TRY(compile_into(output, component, options));
  TRY(seal(output));
  return output;
}

int compile_process(std::span<const std::string> arguments) {
  const auto orders = parse(arguments);
  if (!orders) {
    std::cerr << "hermes compile: the engine runs this for itself\n";
    return kTrouble;
  }
  if (!live_as_long_as(static_cast<pid_t>(orders->parent))) return kTrouble;
  if (!set_limit(RLIMIT_CORE, 0) || !set_limit(RLIMIT_DATA, orders->memory)) {
    std::cerr << "no limit of memory can be set\n";
    return kTrouble;
  }
  leave_room_for_others();
  const CodeFile input(STDIN_FILENO);
  const CodeFile output(STDOUT_FILENO);
  const CodeMapping component(input);
  const auto compiled =
      compile_into(output, component.content(), {orders->reserve != 0, orders->all_cores != 0});
  if (compiled) return kDone;
  return write_all(output, compiled.error().message()) ? kRefused : kTrouble;
}

}  // namespace hermes::wasm
