#include "package/hand_over.h"

#include <span>
#include <utility>
#include <vector>

#include "base/cbor.h"
#include "base/strings.h"
#include "package/cose.h"

namespace hermes::package {
namespace {

constexpr std::size_t kMost = 16;

Error wrong(std::string_view what) {
  return {Code::Corrupt, concat(kHandOverEntry, ": ", what)};
}

// Each is a COSE_Sign by itself.
Result<std::vector<std::string>> read(std::string_view text) {
  cbor::Reader reader(text);
  std::vector<std::string> all;
  const auto count = TRY(reader.array(kMost));
  for (std::size_t i = 0; i < count; ++i) all.emplace_back(TRY(reader.bytes()));
  TRY(reader.end());
  if (all.empty()) return Error(Code::Corrupt, "expected a hand-over");
  return all;
}

std::string write(const std::vector<std::string>& all) {
  cbor::Writer writer;
  writer.array(all.size());
  for (const auto& one : all) writer.bytes(one);
  return writer.encoded();
}

// In the one encoding that it has.
Result<std::vector<std::string>> parse(std::string_view text) {
  auto all = TRY(read(text).context(kHandOverEntry));
  if (write(all) == text) return all;
  return wrong("the encoding is not deterministic");
}

struct Step {
  Certificate by;
  CoseSignature signature;
};

Result<Step> read_step(std::string_view text, const Trust& trust) {
  auto sign = TRY(CoseSign::parse(text, kHandOverEntry));
  auto& signature = sign.signatures.front();
  if (sign.signatures.size() != 1 || !signature.counter_signatures.empty()) {
    return wrong("a hand-over has one signature");
  }
  const auto chain = TRY(chain_of(signature, kHandOverEntry));
  TRY(chain.front().may_sign().context(kHandOverEntry));
  // Who has certified it does not matter: what counts is that this key had the app.
  TRY(trust.check_revoked(std::span(chain).first(1)).context(kHandOverEntry));
  return Step{chain.front(), std::move(signature)};
}

}  // namespace

std::string hand_over_statement(std::string_view app, const Digest& to) {
  return concat("# hermes hand-over 1\napp ", app, "\nto ", to_hex(to), "\n");
}

Result<std::string> add_hand_over(std::string_view hand_overs, std::string_view app,
                                  const SigningKey& by, const Certificate& to) {
  TRY(to.may_sign());
  const auto& from = by.chain.front();
  if (from.digest() == to.digest()) {
    return Error(Code::InvalidArgument, "that is the author's own certificate");
  }
  std::vector<std::string> all;
  if (!hand_overs.empty()) {
    // What is added must follow from what is there.
    TRY(first_author(hand_overs, app, from, Trust()));
    all = TRY(parse(hand_overs));
  }
  if (all.size() == kMost) return Error(Code::LimitReached, "it was handed over 16 times");
  CoseSignature signature{.certificate = from.digest(), .chain = {}, .signature = {}};
  for (const auto& one : by.chain) signature.chain.push_back(one.der());
  const auto statement = hand_over_statement(app, to.digest());
  signature.signature = TRY(by.key.sign(to_be_signed(signature.certificate, statement)));
  CoseSign sign;
  sign.signatures.push_back(std::move(signature));
  all.push_back(sign.encode());
  auto text = write(all);
  if (text.size() <= kHandOverBytes) return text;
  return Error(Code::LimitReached, "the chains of certificates are too long");
}

Result<Certificate> first_author(std::string_view hand_overs, std::string_view app,
                                 const Certificate& author, const Trust& trust) {
  std::vector<Step> steps;
  for (const auto& text : TRY(parse(hand_overs))) steps.push_back(TRY(read_step(text, trust)));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& to = i + 1 < steps.size() ? steps[i + 1].by : author;
    const auto& [by, signature] = steps[i];
    const auto message = to_be_signed(signature.certificate, hand_over_statement(app, to.digest()));
    if (by.has_signed(message, signature.signature)) continue;
    return wrong(concat("'", by.subject(), "' has not handed over the app '", app, "' to '",
                        to.subject(), "' (", to_hex(to.digest()), ")"));
  }
  return steps.front().by;
}

}  // namespace hermes::package
