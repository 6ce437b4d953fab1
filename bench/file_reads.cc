// Pieces of 4 KiB of a file of the store, each from a place by chance: by src/vfs, beside a plain
// mapping of the same file; and by a component.
//
//   file_reads random_reads.wasm [ROUNDS]
//
// They take turns; the figures are medians. The file is in the page cache.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/log_writer.h"
#include "bench/program.h"
#include "extensions/wasi/wasi.h"
#include "io/descriptor.h"
#include "io/system_clock.h"
#include "net/outbound.h"
#include "runtime/engine.h"
#include "vfs/directory.h"
#include "wit/hermes/integration_test.h"

namespace hermes::bench {
namespace {

namespace fs = std::filesystem;
using wit::integration_test::Test;

constexpr std::size_t kPiece = 4 << 10;
constexpr std::size_t kFile = 256 << 20;
constexpr std::uint32_t kReads = 100'000;
constexpr auto kApp = "local:reads";

using Piece = std::array<std::byte, kPiece>;

// Of one read, in nanoseconds.
template <typename F>
double each(F&& f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin)
             .count() /
         kReads;
}

// Calls `read` with places by chance.
template <typename F>
void at_random(F&& read) {
  std::uint64_t state = 88172645463325252U;
  for (std::uint32_t i = 0; i < kReads; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    read(state % (kFile / kPiece) * kPiece);
  }
}

void by_mapping(const fs::path& path) {
  const io::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  auto* const data = ::mmap(nullptr, kFile, PROT_READ, MAP_SHARED, file.get(), 0);
  if (data == MAP_FAILED) std::abort();
  Piece piece;
  at_random([&](std::size_t place) {
    std::memcpy(piece.data(), static_cast<const std::byte*>(data) + place, kPiece);
    asm volatile("" ::"r"(piece.data()) : "memory");
  });
  ::munmap(data, kFile);
}

void by_vfs(const vfs::Tree& tree) {
  const auto file = *tree.open("data");
  Piece piece;
  at_random([&](std::size_t place) {
    if (*file->read(place, piece) != kPiece) std::abort();
  });
}

void in_component(runtime::Events& events, std::uint32_t reads) {
  std::promise<void> done;
  bool right = false;
  const auto posted =
      events.post(Test{reads, true}, {.app = kApp}, {"bench", "reads"},
                  {.on_reply = [&](auto reply) { right = reply && *reply && (*reply)->status; },
                   .on_done = [&](runtime::EventOutcome) { done.set_value(); }});
  if (!posted) std::abort();
  done.get_future().wait();
  if (!right) std::abort();
}

void make_file(const fs::path& path) {
  std::ofstream file(path, std::ios::binary);
  const std::string some(1 << 20, 'x');
  for (std::size_t size = 0; size < kFile; size += some.size()) file << some;
}

Result<> measure(const std::string& component, const fs::path& directory, int rounds) {
  fs::create_directory(directory / "share");
  make_file(directory / "share/data");
  std::shared_ptr<const vfs::Tree> tree = TRY(vfs::open_fixed_directory(directory / "share"));
  std::shared_ptr<const vfs::Tree> plain = TRY(vfs::open_directory(directory / "share"));
  io::SystemClock clock;
  log::Writer log(clock, {.minimum = log::Level::Warn});
  const auto engine =
      TRY(runtime::Engine::create({.workers = 1, .home = directory / "home"}, clock, log));
  const auto outbound = TRY(net::Outbound::open({}, engine->reactors()));
  std::vector<std::unique_ptr<runtime::Extension>> extensions;
  extensions.push_back(wasi::make(outbound, log, directory / "home"));
  TRY(engine->start(std::move(extensions)));
  TRY(engine->start_app({.id = kApp, .modules = {{"reads", component, "{}"}}, .share = tree}));
  std::vector<double> mapping, by_tree, by_plain_tree, guest, stream;
  for (int round = 0; round <= rounds; ++round) {
    const auto mapped = each([&] { by_mapping(directory / "share/data"); });
    const auto fixed = each([&] { by_vfs(*tree); });
    const auto read = each([&] { by_vfs(*plain); });
    const auto by_guest = each([&] { in_component(engine->events(), kReads); });
    const auto by_stream = each([&] { in_component(engine->events(), kReads + 1); });
    if (round == 0) continue;  // The first one brings it into the cache.
    mapping.push_back(mapped);
    by_tree.push_back(fixed);
    by_plain_tree.push_back(read);
    guest.push_back(by_guest);
    stream.push_back(by_stream);
  }
  std::printf("4 KiB at random, ns each:\n");
  std::printf("  plain mapping        %8.0f\n", median(mapping));
  std::printf("  src/vfs, packaged    %8.0f   %.2f of its speed\n", median(by_tree),
              median(mapping) / median(by_tree));
  std::printf("  src/vfs, directory   %8.0f\n", median(by_plain_tree));
  std::printf("  guest, pread         %8.0f\n", median(guest));
  std::printf("  guest, seek and read %8.0f\n", median(stream));
  engine->stop();
  return {};
}

Result<> run(const std::string& component, int rounds) {
  auto pattern = (fs::temp_directory_path() / "hermes-file-reads-XXXXXX").native();
  if (::mkdtemp(pattern.data()) == nullptr) return Error(Code::Denied, "no temporary directory");
  const auto measured = measure(component, pattern, rounds);
  fs::remove_all(pattern);
  return measured;
}

}  // namespace
}  // namespace hermes::bench

int main(int argc, char** argv) {
  using namespace hermes::bench;
  return program(argc, argv, "file_reads COMPONENT [ROUNDS]", [](const Arguments& arguments) {
    return run(arguments.component(), arguments.number(1, 9));
  });
}
