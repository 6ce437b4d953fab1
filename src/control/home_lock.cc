#include "control/home_lock.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/strings.h"

namespace hermes::control {

// A lock of the process and not of the descriptor: what the engine starts does not share it.
Result<HomeLock> HomeLock::take(const std::filesystem::path& home) {
  std::error_code ignored;  // What is wrong with it, to open the file tells.
  std::filesystem::create_directories(home, ignored);
  const auto path = home / "lock";
  io::Descriptor file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (file && ::fcntl(file.get(), F_SETLK, &whole) == 0) return HomeLock(std::move(file));
  if (!file || (errno != EAGAIN && errno != EACCES)) {
    return Error(Code::Denied, concat("locking ", path.native(), ": ", std::strerror(errno)));
  }
  const bool is_known = ::fcntl(file.get(), F_GETLK, &whole) == 0 && whole.l_pid > 0;
  return Error(Code::Busy,
               concat("an engine runs on the home ", home.native(), " already",
                      is_known ? concat(" (process ", whole.l_pid, ")") : std::string(),
                      ": talk to it with 'hermes ctl', or give this one another home (--home)"));
}

}  // namespace hermes::control
