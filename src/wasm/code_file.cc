#include "wasm/code_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/strings.h"

namespace hermes::wasm {
namespace {

Error system_error(std::string_view doing) {
  return {Code::Denied, concat(doing, ": ", std::strerror(errno))};
}

}  // namespace

CodeFile::~CodeFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

CodeMapping::CodeMapping(const CodeFile& file) : data_(MAP_FAILED) {
  struct stat status = {};
  if (::fstat(file.descriptor(), &status) != 0 || status.st_size <= 0) return;
  size_ = static_cast<std::size_t>(status.st_size);
  data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.descriptor(), 0);
}

CodeMapping::~CodeMapping() {
  if (data_ != MAP_FAILED) ::munmap(data_, size_);
}

std::string_view CodeMapping::content() const {
  if (data_ == MAP_FAILED) return {};
  return {static_cast<const char*>(data_), size_};
}

Result<CodeFile> make_file_in_memory() {
  CodeFile file(::memfd_create("hermes", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (file.descriptor() < 0) return system_error("making a file in memory");
  return file;
}

bool write_all(const CodeFile& file, std::string_view data) {
  while (!data.empty()) {
    const auto written = ::write(file.descriptor(), data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    data.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<> seal(const CodeFile& file) {
  constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  if (::fcntl(file.descriptor(), F_ADD_SEALS, kSeals) == 0) return {};
  return system_error("sealing compiled code");
}

}  // namespace hermes::wasm
