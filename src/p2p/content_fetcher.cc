#include "p2p/content_fetcher.h"

#include <utility>

#include "p2p/content_fetch.h"

namespace hermes::p2p {

void ContentTicket::cancel() const {
  if (const auto fetch = fetch_.lock()) fetch->cancel();
}

ContentTicket ContentFetcher::fetch(ContentPath path, const Limits& limits, Then then,
                                    Progress progress) {
  const ContentFetch::Surroundings surroundings{clock_, blocks_, node_};
  const auto fetch = std::make_shared<ContentFetch>(surroundings, std::move(path), limits,
                                                    std::move(then), std::move(progress));
  fetch->begin();
  return ContentTicket(fetch);
}

}  // namespace hermes::p2p
