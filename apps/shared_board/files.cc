#include "files.h"

#include "board/answers.h"
#include "hermes/cxx/text.h"
#include "percent.h"

namespace shared_board {
namespace {

constexpr std::string_view kNamespace = "/ipfs/";
constexpr const char* kAnyType = "application/octet-stream";

// What a browser may show in place, by its first bytes. All else is saved.
const char* type_of(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n")) return "image/png";
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.starts_with("GIF8")) return "image/gif";
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return "image/webp";
  return kAnyType;
}

}  // namespace

std::optional<std::string> add_file(std::string_view bytes) {
  hermes_string_t borrowed = hermes::borrow(bytes);
  hermes_ipfs_api_ipfs_file_t contents = {borrowed.ptr, borrowed.len};
  hermes_ipfs_api_file_add_result_t added;
  hermes_ipfs_api_errno_t error;
  if (!hermes_ipfs_api_file_add(&contents, &added, &error)) return std::nullopt;
  return std::string(hermes::view(added.file_path).substr(kNamespace.size()));
}

void give_up_file(const File& file) {
  hermes_string_t path = hermes::borrow(file.cid);
  hermes_ipfs_api_errno_t error;
  bool was_kept;
  hermes_ipfs_api_file_unpin(&path, &was_kept, &error);
}

hermes::http::Response file_response(const File& file) {
  hermes_string_t path = hermes::borrow(file.cid);
  hermes_ipfs_api_ipfs_file_t contents;
  hermes_ipfs_api_errno_t error;
  if (!hermes_ipfs_api_file_get(&path, &contents, &error)) {
    return board::refusal(404, "No engine that is here has the file.");
  }
  if (contents.len > kMaxFile) return board::refusal(502, "The file is larger than 8 MiB.");
  const std::string_view bytes(reinterpret_cast<const char*>(contents.ptr), contents.len);
  const char* type = type_of(bytes);
  const std::string use = type == kAnyType ? "attachment" : "inline";
  return {200,
          type,
          std::string(bytes),
          {{"content-disposition", use + "; filename*=UTF-8''" + percent_encoded(file.name)},
           {"content-security-policy", "sandbox; default-src 'none'"},
           {"x-content-type-options", "nosniff"},
           {"cache-control", "private, max-age=86400, immutable"}}};
}

}  // namespace shared_board
