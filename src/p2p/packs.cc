#include "p2p/packs.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "base/strings.h"

namespace hermes::p2p {
namespace {

constexpr std::string_view kSuffix = ".pack";
constexpr mode_t kOwnerOnly = 0600;
constexpr std::uint64_t kPage = 4'096;
constexpr std::size_t kMostOpen = 256;
// So much is on its way to the disk while more is made, so that `sync` has little left to wait for.
constexpr std::uint64_t kWriteOut = std::uint64_t{4} << 20U;

Error system_error(std::string_view doing, const std::filesystem::path& path) {
  const auto code = errno == ENOENT   ? Code::NotFound
                    : errno == ENOSPC ? Code::LimitReached
                    : errno == EDQUOT ? Code::LimitReached
                                      : Code::Denied;
  return {code, concat(doing, " '", path.native(), "': ", std::generic_category().message(errno))};
}

std::optional<std::uint32_t> number_of(const std::filesystem::path& path) {
  if (path.extension() != kSuffix) return std::nullopt;
  const auto name = path.stem().native();
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

Result<std::vector<std::uint32_t>> packs_in(const std::filesystem::path& directory) {
  std::vector<std::uint32_t> numbers;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (const auto number = number_of(entry->path())) numbers.push_back(*number);
  }
  if (error) return Error(Code::Denied, concat("'", directory.native(), "': ", error.message()));
  std::ranges::sort(numbers);
  return numbers;
}

bool lock(int file) {
  return ::flock(file, LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

std::filesystem::path Packs::path_of(std::uint32_t pack) const {
  return directory_ / concat(pack, kSuffix);
}

Result<std::unique_ptr<Packs>> Packs::open(
    std::filesystem::path directory,
    const std::function<Result<std::uint64_t>(std::uint32_t pack)>& end_of,
    std::uint64_t pack_bytes) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return Error(Code::Denied, concat("'", directory.native(), "': ", failed.message()));
  auto packs = std::unique_ptr<Packs>(new Packs(std::move(directory), pack_bytes));
  const auto numbers = TRY(packs_in(packs->directory_));
  if (numbers.empty()) return packs;
  State state;
  state.current = numbers.back();
  const auto path = packs->path_of(state.current);
  auto file = std::make_shared<io::Descriptor>(
      ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
  if (!*file) return system_error("opening", path);
  if (lock(file->get())) {  // Else another process writes there, and this one begins its own.
    state.end = TRY(end_of(state.current));
    if (::ftruncate(file->get(), static_cast<off_t>(state.end)) != 0) {
      return system_error("cutting", path);
    }
    state.file = std::move(file);
  }
  packs->state_.with([&](State& own) { own = std::move(state); });
  return packs;
}

// It stays locked, as its last blocks may not be in the index yet.
void Packs::end_pack(State& state) {
  if (state.file) state.open.insert_or_assign(state.current, std::exchange(state.file, nullptr));
}

// The next number that nobody has taken.
Result<> Packs::begin_pack(State& state) {
  end_pack(state);  // If this fails, nothing goes into the old one under a new number.
  for (;;) {
    ++state.current;
    const auto path = path_of(state.current);
    io::Descriptor file(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
    if (!file && errno == EEXIST) continue;
    if (!file || !lock(file.get())) return system_error("creating", path);
    const io::Descriptor directory(::open(directory_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0) return system_error("syncing", directory_);
    state.file = std::make_shared<io::Descriptor>(std::move(file));
    state.end = 0;
    return {};
  }
}

Result<Place> Packs::append(std::string_view block) {
  struct Reserved {
    File file;
    Place place;
  };
  const auto reserved = TRY(state_.with([&](State& state) -> Result<Reserved> {
    if (!state.file || state.end + block.size() > pack_bytes_) TRY(begin_pack(state));
    const auto offset = std::exchange(state.end, state.end + block.size());
    const auto size = static_cast<std::uint32_t>(block.size());
    return Reserved{state.file, Place{state.current, offset, size}};
  }));
  const auto& place = reserved.place;
  const int file = reserved.file->get();
  for (auto at = place.offset; !block.empty();) {
    const auto done = ::pwrite(file, block.data(), block.size(), static_cast<off_t>(at));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return system_error("writing", path_of(place.pack));
    at += static_cast<std::uint64_t>(done);
    block.remove_prefix(static_cast<std::size_t>(done));
  }
  state_.with([&](State& state) { state.unsynced.insert(place.pack); });
  const auto begun = place.offset / kWriteOut;
  if ((place.offset + place.size) / kWriteOut != begun) {
    static_cast<void>(::sync_file_range(file, static_cast<off_t>(begun * kWriteOut),
                                        static_cast<off_t>(kWriteOut), SYNC_FILE_RANGE_WRITE));
  }
  return place;
}

Result<> Packs::sync() {
  auto packs = state_.with([](State& state) { return std::exchange(state.unsynced, {}); });
  while (!packs.empty()) {
    const auto pack = *packs.begin();
    const auto file = file_of(pack);
    if (file && ::fdatasync((*file)->get()) == 0) {
      packs.erase(pack);
      continue;
    }
    auto error = file ? system_error("syncing", path_of(pack)) : file.error();
    state_.with([&](State& state) {
      if (file) {
        packs.erase(pack);
        state.failed.insert(pack);
        if (pack == state.current) end_pack(state);
      }
      state.unsynced.merge(packs);
    });
    return error;
  }
  return {};
}

bool Packs::has_failed(std::uint32_t pack) const {
  return state_.with([&](const State& state) { return state.failed.contains(pack); });
}

Result<Packs::File> Packs::file_of(std::uint32_t pack) {
  return state_.with([&](State& state) -> Result<File> {
    if (pack == state.current && state.file) return state.file;
    if (const auto found = state.open.find(pack); found != state.open.end()) return found->second;
    const auto path = path_of(pack);
    auto file =
        std::make_shared<io::Descriptor>(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (!*file) return system_error("opening", path);
    if (state.open.size() >= kMostOpen) state.open.clear();
    return File(state.open[pack] = std::move(file));
  });
}

Result<> Packs::read(const Place& place, std::string& into) {
  const auto file = TRY(file_of(place.pack));
  into.resize(place.size);
  for (std::size_t done = 0; done < into.size();) {
    const auto got = ::pread(file->get(), into.data() + done, into.size() - done,
                             static_cast<off_t>(place.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("reading", path_of(place.pack));
    if (got == 0) {
      return Error(Code::Corrupt, concat("'", path_of(place.pack).native(), "' was cut"));
    }
    done += static_cast<std::size_t>(got);
  }
  return {};
}

Result<> Packs::keep_only(std::uint32_t pack, const std::vector<Place>& places) {
  const auto path = path_of(pack);
  const bool is_current =
      state_.with([&](State& state) { return pack == state.current && state.file != nullptr; });
  if (places.empty() && !is_current) {
    state_.with([&](State& state) {
      state.open.erase(pack);
      state.unsynced.erase(pack);
    });
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_error("removing", path);
    return {};
  }
  const auto file = TRY(file_of(pack));
  struct stat status = {};
  if (::fstat(file->get(), &status) != 0) return system_error("reading", path);
  const auto punch = [&](std::uint64_t begin, std::uint64_t end) {
    begin = (begin + kPage - 1) / kPage * kPage;
    end = end / kPage * kPage;
    if (begin >= end) return true;
    const auto done = ::fallocate(file->get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                  static_cast<off_t>(begin), static_cast<off_t>(end - begin));
    return done == 0 || errno == EOPNOTSUPP;  // Then it stays as large as it is.
  };
  std::uint64_t at = 0;
  for (const auto& place : places) {
    if (place.offset > at && !punch(at, place.offset)) return system_error("freeing", path);
    at = std::max(at, place.offset + place.size);
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > at && !punch(at, size)) return system_error("freeing", path);
  return {};
}

}  // namespace hermes::p2p
