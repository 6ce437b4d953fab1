#include "extensions/ipfs/files.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "io/large_pages.h"
#include "p2p/file_builder.h"
#include "p2p/file_reader.h"

namespace hermes::ipfs {
namespace {

constexpr std::string_view kNamespace = "/ipfs/";
// What the blocks of a file take beside its bytes: of the small ones of others, a part in so many.
constexpr std::uint64_t kMostOverhead = 8;
constexpr std::uint64_t kSmallOverhead = std::uint64_t{64} << 10U;
constexpr std::size_t kMostAnnounced = 4'096;  // At a time.

// What an app's tasks on files run after.
std::string queue_of(const runtime::AppId& app) {
  return concat("files ", app);
}

// Puts blocks and knows which: peers may wait for them.
class NotedSink final : public p2p::BlockSink {
 public:
  explicit NotedSink(p2p::BlockStore& blocks) : blocks_(blocks) {}

  Result<> put(const p2p::Cid& cid, std::string_view block) override {
    TRY(blocks_.put(cid, block));
    put_.push_back(cid);
    return {};
  }

  void announce(p2p::Libp2pNode& node) const {
    for (std::size_t i = 0; i < put_.size(); i += kMostAnnounced) {
      const auto end = std::min(put_.size(), i + kMostAnnounced);
      node.announce({put_.begin() + static_cast<std::ptrdiff_t>(i),
                     put_.begin() + static_cast<std::ptrdiff_t>(end)});
    }
  }

 private:
  p2p::BlockStore& blocks_;
  std::vector<p2p::Cid> put_;
};

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Failure failure(Errno code, const Error& error, runtime::Limit limit) {
  const bool is_limit = error.code() == Code::LimitReached;
  return {code, error.message(), is_limit ? std::optional(limit) : std::nullopt};
}

}  // namespace

Answer<p2p::ContentPath> parse_path(std::string_view text) {
  auto path = p2p::ContentPath::parse(text);
  if (path) return *std::move(path);
  auto cid = text;
  if (cid.starts_with(kNamespace)) cid = split_once(cid.substr(kNamespace.size()), '/').first;
  const bool is_cid = cid.find('/') == cid.npos && !p2p::Cid::parse(cid);
  return fails(is_cid ? Errno::InvalidCid : Errno::InvalidIpfsPath, path.error().message());
}

void Files::add(std::shared_ptr<const Rights> rights, wit::ipfs::IpfsFile contents,
                std::shared_ptr<Question<wit::ipfs::FileAddResult>> question) {
  const auto size = contents.size();
  if (size > parts_.limits.file_bytes || !take_room(rights->app, size)) {
    return question->answer(Unexpected(
        Failure{Errno::FileAddError, concat("a file of ", size, " bytes is more than may be added"),
                runtime::Limit::IpfsFile}));
  }
  const auto app = rights->app;
  parts_.tasks.run(queue_of(app),
                   [this, rights = std::move(rights), size, contents = std::move(contents),
                    question = std::move(question)]() mutable {
                     std::optional<Answer<wit::ipfs::FileAddResult>> added;
                     if (!question->is_cancelled()) added = add_now(*rights, contents);
                     contents = {};
                     give_room(rights->app, size);
                     if (added) question->answer(*std::move(added));
                   });
}

Answer<wit::ipfs::FileAddResult> Files::add_now(const Rights& rights,
                                                const wit::ipfs::IpfsFile& contents) {
  auto& repository = parts_.repository;
  const auto lease = repository.blocks().lease();
  NotedSink sink(repository.blocks());
  const auto built = [&]() -> Result<p2p::BuiltTree> {
    p2p::FileBuilder builder(sink);
    TRY(builder.add(text_of(contents)));
    auto tree = TRY(builder.finish());
    TRY(repository.pin(rights.app, tree.cid, rights.pins));
    return tree;
  }();
  if (!built) {
    return Unexpected(failure(Errno::FileAddError, built.error(), runtime::Limit::IpfsPins));
  }
  if (parts_.node != nullptr) sink.announce(*parts_.node);
  const auto cid = built->cid.bytes();
  return wit::ipfs::FileAddResult{concat(kNamespace, built->cid.text()), {cid.begin(), cid.end()}};
}

// All of the content, from peers where it is not here.
template <typename T>
void Files::fetch(const runtime::AppId& app, p2p::ContentPath path, std::uint64_t most,
                  const std::shared_ptr<Question<T>>& question,
                  UniqueFunction<void(Result<p2p::HeldContent>)> then) {
  const p2p::ContentFetcher::Limits limits{
      .bytes = most, .timeout = std::min(parts_.limits.file_timeout, question->left())};
  auto begin = [this, path = std::move(path), limits](auto done) mutable {
    return parts_.content.fetch(std::move(path), limits, std::move(done));
  };
  // Looking for what is here reads the disk.
  parts_.tasks.run(queue_of(app), [this, app, begin = std::move(begin), question,
                                   then = std::move(then)]() mutable {
    if (question->is_cancelled()) return;
    auto share = fetches_.take(app, 1);
    if (!share) return then(Error(Code::Busy, "the app fetches as much at a time as it may"));
    auto done = [share = std::move(share), then = std::move(then)](auto content) mutable {
      then(std::move(content));
    };
    question->cancel_with_call(
        parts_.requests.run<p2p::HeldContent>(std::move(begin), std::move(done)));
  });
}

void Files::get(const std::shared_ptr<const Rights>& rights, std::string_view path,
                std::shared_ptr<Question<wit::ipfs::IpfsFile>> question) {
  auto parsed = parse_path(path);
  if (!parsed.has_value()) return question->answer(Unexpected(parsed.error()));
  const std::uint64_t most = parts_.limits.file_bytes;
  const auto read = [this, app = rights->app, question](Result<p2p::HeldContent> content) {
    if (!content) {
      return question->answer(
          Unexpected(failure(Errno::FileGetError, content.error(), runtime::Limit::IpfsFile)));
    }
    auto held = std::make_shared<p2p::HeldContent>(*std::move(content));
    parts_.tasks.run(queue_of(app), [this, question, held = std::move(held)] {
      if (!question->is_cancelled()) question->answer(read_now(*held));
    });
  };
  fetch<wit::ipfs::IpfsFile>(rights->app, *std::move(parsed),
                             most + most / kMostOverhead + kSmallOverhead, question, read);
}

Answer<wit::ipfs::IpfsFile> Files::read_now(const p2p::HeldContent& content) {
  wit::ipfs::IpfsFile file;
  const auto take = [&](std::string_view piece) -> Result<> {
    // Of the same type, they are copied at once, and not one by one.
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(piece.data());
    file.insert(file.end(), bytes, bytes + piece.size());
    return {};
  };
  file.reserve(std::min<std::uint64_t>(content.bytes, parts_.limits.file_bytes));
  io::prefer_large_pages(file.data(), file.capacity());
  const auto read =
      p2p::read_file(parts_.repository.blocks(), content.root, parts_.limits.file_bytes, take);
  if (read) return file;
  return Unexpected(failure(Errno::FileGetError, read.error(), runtime::Limit::IpfsFile));
}

void Files::pin(std::shared_ptr<const Rights> rights, std::string_view path,
                std::shared_ptr<Question<bool>> question) {
  auto parsed = parse_path(path);
  if (!parsed.has_value()) return question->answer(Unexpected(parsed.error()));
  const auto app = rights->app;
  const auto most = rights->pins.bytes;
  auto pin = [this, rights = std::move(rights), question](Result<p2p::HeldContent> content) {
    if (!content) {
      return question->answer(
          Unexpected(failure(Errno::FilePinError, content.error(), runtime::Limit::IpfsPins)));
    }
    auto held = std::make_shared<p2p::HeldContent>(*std::move(content));
    parts_.tasks.run(queue_of(rights->app), [this, rights, question, held = std::move(held)] {
      if (question->is_cancelled()) return;
      const auto pinned = parts_.repository.pin(rights->app, held->root, rights->pins);
      if (pinned) return question->answer(true);
      question->answer(
          Unexpected(failure(Errno::FilePinError, pinned.error(), runtime::Limit::IpfsPins)));
    });
  };
  fetch<bool>(app, *std::move(parsed), most, question, std::move(pin));
}

void Files::unpin(const std::shared_ptr<const Rights>& rights, std::string_view path,
                  std::shared_ptr<Question<bool>> question) {
  auto parsed = parse_path(path);
  if (!parsed.has_value()) return question->answer(Unexpected(parsed.error()));
  parts_.tasks.run(queue_of(rights->app),
                   [this, rights, path = *std::move(parsed), question = std::move(question)] {
                     if (!question->is_cancelled()) question->answer(unpin_now(*rights, path));
                   });
}

Answer<bool> Files::unpin_now(const Rights& rights, const p2p::ContentPath& path) {
  const auto cid = p2p::resolve(parts_.repository.blocks(), path);
  if (!cid) return fails(Errno::GetCidError, cid.error().message());
  const auto unpinned = parts_.repository.holdings().unpin(rights.app, *cid);
  if (!unpinned.has_value()) return fails(Errno::FilePinError, unpinned.error().message());
  return *unpinned;
}

bool Files::take_room(const runtime::AppId& app, std::size_t bytes) {
  return adding_.with([&](auto& apps) {
    const auto found = apps.find(app);
    const auto waiting = found == apps.end() ? 0 : found->second;
    if (bytes > parts_.limits.adding_bytes - waiting) return false;
    apps[app] = waiting + bytes;
    return true;
  });
}

void Files::give_room(const runtime::AppId& app, std::size_t bytes) {
  adding_.with([&](auto& apps) {
    const auto found = apps.find(app);
    if (found == apps.end()) return;  // The file was empty.
    found->second -= bytes;
    if (found->second == 0) apps.erase(found);
  });
}

}  // namespace hermes::ipfs
