#pragma once

// An app is known by its name and its author's certificate. Who gives it into other hands, or to a
// new certificate of their own, signs a hand-over; packages of the new author carry it, and the app
// stays the same: docs/formats/package.md section 4.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "package/certificate.h"
#include "package/signatures.h"
#include "package/trust.h"

namespace hermes::package {

inline constexpr std::string_view kHandOverEntry = "META/handover.cose";
inline constexpr std::size_t kHandOverBytes = std::size_t{256} << 10;

/// What the author of an app signs, to give it to the holder of that certificate.
std::string hand_over_statement(std::string_view app, const Digest& to);

/// The hand-overs of the app until now, empty if there were none, and one more.
Result<std::string> add_hand_over(std::string_view hand_overs, std::string_view app,
                                  const SigningKey& by, const Certificate& to);

/// Whose the app was first, if these hand-overs lead from them to its author of today. Their
/// certificates need not be valid any more, but fails where one is revoked.
Result<Certificate> first_author(std::string_view hand_overs, std::string_view app,
                                 const Certificate& author, const Trust& trust);

}  // namespace hermes::package
