#include "extensions/http_gateway/accept_encoding.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

constexpr int kMostWeight = 1'000;

// "0.5" is 500; what is malformed is not wanted.
int parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  int weight = (text[0] - '0') * kMostWeight;
  if (text.size() == 1) return weight;
  if (text[1] != '.') return 0;
  int unit = kMostWeight / 10;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return 0;
    weight += (c - '0') * unit;
    unit /= 10;
  }
  return weight > kMostWeight ? 0 : weight;
}

// What the header says of one coding; nullopt if nothing.
std::optional<int> weight_of(std::string_view value, std::string_view coding) {
  for (const auto item : split(value, ',')) {
    const auto [name, parameter] = split_once(item, ';');
    if (!equals_ignoring_case(trim(name), coding)) continue;
    if (!parameter) return kMostWeight;
    const auto [q, weight] = split_once(trim(*parameter), '=');
    return equals_ignoring_case(trim(q), "q") && weight ? parse_weight(trim(*weight)) : 0;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Coding> accepted_codings(std::string_view value) {
  std::vector<std::pair<int, Coding>> weighed;
  if (value.empty()) return {};
  const auto others = weight_of(value, "*");
  const auto plain = weight_of(value, "identity").value_or(0);
  for (const auto& coding : kCodings) {
    auto weight = weight_of(value, coding.name);
    if (!weight && coding.name == "gzip") weight = weight_of(value, "x-gzip");
    if (!weight) weight = others;
    if (weight.value_or(0) > 0 && *weight >= plain) weighed.emplace_back(*weight, coding);
  }
  std::ranges::stable_sort(weighed, std::greater(), [](const auto& one) { return one.first; });
  std::vector<Coding> codings;
  for (const auto& [weight, coding] : weighed) codings.push_back(coding);
  return codings;
}

}  // namespace hermes::http_gateway
