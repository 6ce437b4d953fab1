#include "extensions/http_gateway/section.h"

namespace hermes::http_gateway {
namespace {

// Nobody judges where nobody is named to do it.
Result<> check_auth(const json::Value& section, const Section& read) {
  if (!read.auth.module.empty()) return {};
  const auto* endpoints = section.find("endpoints");
  if (!endpoints) return {};
  const auto all = *endpoints->array();
  for (const auto& endpoint : all) {
    const auto* level = endpoint.find("auth");
    if (level && *level->string() != name(AuthLevel::None)) {
      return level->error("there is no module to judge clients: 'auth' of 'http' names it");
    }
  }
  return {};
}

}  // namespace

Result<Section> Section::read(const runtime::App& app) {
  Section section;
  const auto* value = app.section("http");
  if (!value) return section;
  TRY(value->only({"endpoints", "default", "auth", "files", "cors", "redirects", "ipfs"}));
  if (const auto* part = value->find("default")) section.is_default = TRY(part->boolean());
  if (const auto* part = value->find("ipfs")) section.has_content = TRY(part->boolean());
  if (const auto* part = value->find("auth")) section.auth = TRY(AuthRules::read(*part, app));
  if (const auto* part = value->find("files")) section.files = TRY(FileRules::read(*part));
  if (const auto* part = value->find("cors")) section.cors = TRY(Cors::read(*part));
  if (const auto* part = value->find("redirects")) {
    section.redirects = TRY(RedirectRules::read(*part));
  }
  if (const auto* part = value->find("endpoints")) {
    section.endpoints = TRY(Endpoints::read(*part, app));
  }
  TRY(check_auth(*value, section));
  return section;
}

}  // namespace hermes::http_gateway
