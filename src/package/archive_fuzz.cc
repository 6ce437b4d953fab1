#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "package/archive_writer.h"
#include "package/package.h"

using namespace hermes;

// An archive that is read holds exactly what its entries say; a package of it is opened and
// checked.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  io::Descriptor file(memfd_create("archive", MFD_CLOEXEC));
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!package::write_all(file.get(), text)) std::abort();
  const int copy = dup(file.get());
  const auto archive = package::Archive::open({std::move(file), size});
  if (archive) {
    std::uint64_t end = 0;
    for (const auto& entry : archive->entries()) {
      if (entry.offset != end || entry.end() > size) std::abort();
      end = entry.end();
      package::Sink sink([](std::string_view) -> Result<> { return {}; });
      static_cast<void>(package::read_file(*archive, entry, sink).has_value());
    }
  }
  const auto package = package::Package::open({io::Descriptor(copy), size});
  if (package) static_cast<void>(package->check_files().has_value());
  return 0;
}
