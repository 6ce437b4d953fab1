#include "trustless_gateway/wanted.h"

#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/percent.h"
#include "base/strings.h"

namespace hermes::trustless_gateway {
namespace {

using net::Response;
using Scope = p2p::CarShape::Scope;
using Parameters = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view kRawType = "application/vnd.ipld.raw";
constexpr std::string_view kCarType = "application/vnd.ipld.car";
constexpr std::string_view kPrefix = "/ipfs/";

// A form, with what is said of it.
struct Choice {
  Wanted::Form form = Wanted::Form::Raw;
  Parameters parameters = {};
};

std::optional<Parameters> parameters_of(std::string_view query) {
  Parameters parameters;
  for (const auto part : split(query, '&')) {
    const auto [name, value] = split_once(part, '=');
    auto decoded_name = percent_decode(name);
    auto decoded_value = percent_decode(value.value_or(""));
    if (!decoded_name || !decoded_value) return std::nullopt;
    parameters.insert_or_assign(*std::move(decoded_name), *std::move(decoded_value));
  }
  return parameters;
}

std::string_view find(const Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string_view() : found->second;
}

// "0.5" of "q=0.5"; what is none counts as 1, as an absent one does.
double quality_of(const Parameters& parameters) {
  const auto text = find(parameters, "q");
  double quality = 1;
  std::from_chars(text.data(), text.data() + text.size(), quality);
  return quality;
}

// Of the types that are known, the one that the client would have before the others.
std::optional<Choice> choice_of(std::string_view accept) {
  std::optional<Choice> best;
  double best_quality = 0;
  for (const auto entry : split(accept, ',')) {
    const auto pieces = split(entry, ';');
    const auto type = lower_case(trim(pieces.front()));
    if (type != kRawType && type != kCarType) continue;
    Choice choice{type == kRawType ? Wanted::Form::Raw : Wanted::Form::Car};
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      const auto [name, value] = split_once(trim(pieces[i]), '=');
      choice.parameters.insert_or_assign(lower_case(name), std::string(value.value_or("")));
    }
    const auto quality = quality_of(choice.parameters);
    if (quality <= best_quality) continue;
    best_quality = quality;
    best = std::move(choice);
  }
  return best;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return number;
}

// "0:*", "-1024:*", "499:-1000"
std::optional<p2p::EntityBytes> bytes_of(std::string_view text) {
  const auto [from, to] = split_once(text, ':');
  const auto begin = number_of(from);
  if (!begin || !to) return std::nullopt;
  if (*to == "*") return p2p::EntityBytes{*begin};
  const auto end = number_of(*to);
  if (!end) return std::nullopt;
  return p2p::EntityBytes{*begin, end};
}

std::optional<Scope> scope_of(std::string_view text) {
  if (text.empty() || text == "all") return Scope::All;
  if (text == "entity") return Scope::Entity;
  if (text == "block") return Scope::Block;
  return std::nullopt;
}

// What the query says of a CAR goes before what the Accept does.
std::optional<Response> read_car(const Parameters& query, const Parameters& accept,
                                 p2p::CarShape& shape) {
  const auto said = [&](std::string_view name) {
    const auto in_query = find(query, concat("car-", name));
    return in_query.empty() ? find(accept, name) : in_query;
  };
  const auto version = said("version");
  const auto order = said("order");
  const auto duplicates = said("dups");
  const bool is_known = (version.empty() || version == "1") &&
                        (order.empty() || order == "dfs" || order == "unk") &&
                        (duplicates.empty() || duplicates == "y" || duplicates == "n");
  if (!is_known) return Response::text(406, "a CAR is of version 1, in the order dfs");
  shape.duplicates = duplicates == "y";
  const auto scope = scope_of(find(query, "dag-scope"));
  if (!scope) return Response::text(400, "dag-scope is block, entity or all");
  shape.scope = *scope;
  const auto bytes = find(query, "entity-bytes");
  if (bytes.empty()) return std::nullopt;
  shape.bytes = bytes_of(bytes);
  if (!shape.bytes) return Response::text(400, "entity-bytes is FROM:TO, or FROM:*");
  return std::nullopt;
}

}  // namespace

std::variant<Wanted, Response> Wanted::of(const net::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = Response::text(405, "content can only be read");
    response.headers.add("allow", "GET, HEAD");
    return response;
  }
  const auto [path, query] = split_once(request.target, '?');
  const auto decoded = percent_decode(path);
  const auto parameters = parameters_of(query.value_or(""));
  if (!decoded || !parameters) return Response::text(400, "the path is not well encoded");
  if (!decoded->starts_with(kPrefix)) return Response::text(404, "there is no such page");
  auto content = p2p::ContentPath::parse(*decoded);
  if (!content) return Response::text(400, content.error().message());
  const auto accept = request.headers.find("accept");
  auto choice = choice_of(accept.value_or(""));
  const auto format = find(*parameters, "format");
  Wanted wanted{std::string(path), *std::move(content)};
  wanted.is_in_query = format == "raw" || format == "car";
  if (wanted.is_in_query) {
    const auto form = format == "raw" ? Form::Raw : Form::Car;
    if (!choice || choice->form != form) choice = Choice{form};
  }
  if (!choice) {
    return Response::text(accept || !format.empty() ? 406 : 400,
                          "content is served as raw blocks or as CAR: ?format=raw or ?format=car");
  }
  wanted.form = choice->form;
  if (wanted.form == Form::Car) {
    if (auto refusal = read_car(*parameters, choice->parameters, wanted.shape)) {
      return *std::move(refusal);
    }
  } else if (!wanted.content.names.empty()) {
    return Response::text(400, "a block has no path below its CID; ?format=car has");
  }
  return wanted;
}

}  // namespace hermes::trustless_gateway
