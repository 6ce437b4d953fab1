#include "base/recent_log.h"

#include <algorithm>
#include <utility>

namespace hermes::log {
namespace {

constexpr std::size_t kKept = std::size_t{64} << 10;

std::vector<std::string> last_of(const std::deque<std::string>& lines, std::size_t most) {
  const auto count = std::min(most, lines.size());
  return {lines.end() - static_cast<std::ptrdiff_t>(count), lines.end()};
}

}  // namespace

void RecentLog::add(std::string_view app, std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  apps_.with([&](Apps& apps) {
    auto found = apps.find(app);
    if (found == apps.end()) found = apps.emplace(app, Lines()).first;
    auto& [lines, bytes, followers] = found->second;
    lines.emplace_back(line);
    bytes += line.size();
    while (bytes > kKept && lines.size() > 1) {
      bytes -= lines.front().size();
      lines.pop_front();
    }
    std::erase_if(followers, [](const auto& follower) { return follower->is_gone(); });
    for (const auto& follower : followers) follower->take(line);
  });
}

void RecentLog::follow(const std::string& app, std::size_t most,
                       std::unique_ptr<Follower> follower) {
  apps_.with([&](Apps& apps) {
    auto& of_app = apps[app];
    std::erase_if(of_app.followers, [](const auto& other) { return other->is_gone(); });
    for (const auto& line : last_of(of_app.lines, most)) follower->take(line);
    of_app.followers.push_back(std::move(follower));
  });
}

std::vector<std::string> RecentLog::latest(const std::string& app, std::size_t most) const {
  return apps_.with([&](const Apps& apps) {
    const auto found = apps.find(app);
    return found == apps.end() ? std::vector<std::string>() : last_of(found->second.lines, most);
  });
}

void RecentLog::forget(const std::string& app) {
  const auto gone = apps_.with([&](Apps& apps) { return apps.extract(app); });
}

}  // namespace hermes::log
