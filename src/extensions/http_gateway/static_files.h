#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "extensions/http_gateway/file_facts.h"
#include "extensions/http_gateway/file_rules.h"
#include "net/request.h"
#include "net/response.h"
#include "vfs/tree.h"

namespace hermes::http_gateway {

/// Answers with the file that the path of a request names, or with what there is to say: that there
/// is none, that it has not changed, that a directory ends with a slash. Thread-safe.
///
/// A directory is its index.html. Names that begin with a dot are not served, but for those below
/// /.well-known/. What is not there is the fallback of the rules, or the tree's 404.html. Beside x,
/// x.zst, x.br and x.gz are taken for its compressed forms.
class StaticFiles {
 public:
  /// `clock` outlives it.
  explicit StaticFiles(const Clock& clock) : facts_(clock) {}

  net::Response serve(const vfs::Tree& tree, const FileRules& rules, const net::Request& request);

 private:
  struct Found;

  Result<Found> find(const vfs::Tree& tree, std::string path, const net::Request& request);
  Result<Found> open(const vfs::Tree& tree, std::string path);
  net::Response missing(const vfs::Tree& tree, const FileRules& rules, const net::Request& request);
  static net::Response answer(Found found, const FileRules& rules, const net::Request& request,
                              unsigned status);
  static void add_ranges(Found found, const net::Request& request, net::Response& response);

  FileFactsCache facts_;
};

}  // namespace hermes::http_gateway
