#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "extensions/ipfs/parts.h"
#include "extensions/ipfs/question.h"
#include "extensions/ipfs/rights.h"
#include "extensions/ipfs/shares.h"
#include "p2p/directory.h"

namespace hermes::ipfs {

/// Files that apps add, read and pin. Thread-safe.
class Files {
 public:
  explicit Files(const Parts& parts) : parts_(parts), fetches_(parts.limits.fetches) {}

  void add(std::shared_ptr<const Rights> rights, wit::ipfs::IpfsFile contents,
           std::shared_ptr<Question<wit::ipfs::FileAddResult>> question);
  void get(const std::shared_ptr<const Rights>& rights, std::string_view path,
           std::shared_ptr<Question<wit::ipfs::IpfsFile>> question);
  void pin(std::shared_ptr<const Rights> rights, std::string_view path,
           std::shared_ptr<Question<bool>> question);
  void unpin(const std::shared_ptr<const Rights>& rights, std::string_view path,
             std::shared_ptr<Question<bool>> question);

 private:
  template <typename T>
  void fetch(const runtime::AppId& app, p2p::ContentPath path, std::uint64_t most,
             const std::shared_ptr<Question<T>>& question,
             UniqueFunction<void(Result<p2p::HeldContent>)> then);
  Answer<wit::ipfs::FileAddResult> add_now(const Rights& rights,
                                           const wit::ipfs::IpfsFile& contents);
  Answer<wit::ipfs::IpfsFile> read_now(const p2p::HeldContent& content);
  Answer<bool> unpin_now(const Rights& rights, const p2p::ContentPath& path);

  bool take_room(const runtime::AppId& app, std::size_t bytes);
  void give_room(const runtime::AppId& app, std::size_t bytes);

  const Parts& parts_;
  Shares fetches_;
  Guarded<std::map<runtime::AppId, std::size_t>> adding_;  // Bytes that wait.
};

/// "/ipfs/<cid>[/path]", or a CID: invalid-cid where that is none, else invalid-ipfs-path.
Answer<p2p::ContentPath> parse_path(std::string_view text);

}  // namespace hermes::ipfs
