#include "p2p/peer_book.h"

#include <fstream>
#include <utility>

#include "base/strings.h"
#include "io/replace_file.h"

namespace hermes::p2p {
namespace {

constexpr std::size_t kLongestAddress = 1'024;
constexpr std::string_view kPeer = "/p2p/";

std::string_view peer_in(std::string_view address) {
  const auto at = address.rfind(kPeer);
  return at == address.npos ? std::string_view() : address.substr(at);
}

}  // namespace

PeerBook::PeerBook(std::filesystem::path file) : file_(std::move(file)) {
  std::ifstream stream(file_);
  addresses_.with([&](auto& addresses) {
    for (std::string line; addresses.size() < kMost && std::getline(stream, line);) {
      if (line.size() <= kLongestAddress && !peer_in(line).empty()) addresses.push_back(line);
    }
  });
}

void PeerBook::note(std::string_view address) {
  addresses_.with([&](auto& addresses) {
    std::erase_if(addresses, [&](auto& other) { return peer_in(other) == peer_in(address); });
    addresses.emplace_front(address);
    if (addresses.size() > kMost) addresses.pop_back();
  });
}

std::vector<std::string> PeerBook::addresses() const {
  return addresses_.with(
      [](auto& addresses) { return std::vector<std::string>(addresses.begin(), addresses.end()); });
}

void PeerBook::clear() {
  addresses_.with([](auto& addresses) { addresses.clear(); });
}

Result<> PeerBook::save() const {
  std::string lines;
  for (const auto& address : addresses()) lines += concat(address, "\n");
  return io::replace_file(file_, lines);
}

}  // namespace hermes::p2p
