#include "package/trust.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/strings.h"
#include "package/file_io.h"
#include "package/openssl.h"

namespace hermes::package {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFile = std::size_t{1} << 20;

void free_stack(STACK_OF(X509) * stack) {
  sk_X509_free(stack);  // Not what is in it.
}
using Stack = Owned<STACK_OF(X509), free_stack>;
using Store = Owned<X509_STORE, X509_STORE_free>;
using Verification = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;

Stack stack_of(std::span<const Certificate> certificates) {
  Stack stack(sk_X509_new_null());
  for (const auto& one : certificates) sk_X509_push(stack.get(), one.get());
  return stack;
}

bool means_unknown(int error) {
  return error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
         error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
         error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE ||
         error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
         error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN || error == X509_V_ERR_CERT_UNTRUSTED;
}

}  // namespace

bool Trust::Revoked::has(const Certificate& one) const {
  return certificates.contains(one.digest()) || keys.contains(one.key_digest());
}

Result<Trust::Revoked> Trust::Revoked::read(const fs::path& path) {
  Revoked revoked;
  // A file that is there and cannot be read revokes something: that is an error.
  std::error_code ignored;
  if (fs::symlink_status(path, ignored).type() == fs::file_type::not_found) return revoked;
  const auto text = TRY(read_file(path, kFile));
  std::size_t number = 0;
  for (const auto line : split(text, '\n')) {
    ++number;
    auto found = words(split_once(line, '#').first);
    if (found.empty()) continue;
    const bool is_key = found.front() == kRevokedKey;
    if (is_key) found.erase(found.begin());
    const auto digest = found.size() == 1 ? from_hex(found.front()) : std::nullopt;
    if (!digest) {
      return Error(Code::InvalidArgument,
                   concat(path.native(), ":", number,
                          ": expected a SHA-256 in lower-case hex, of a certificate, or of a key "
                          "behind 'key'"));
    }
    (is_key ? revoked.keys : revoked.certificates).insert(*digest);
  }
  return revoked;
}

Result<Trust> Trust::open(const fs::path& directory) {
  Trust trust;
  std::error_code failed;
  std::vector<fs::path> files;
  for (fs::directory_iterator file(directory, failed), end; !failed && file != end;
       file.increment(failed)) {
    const auto ending = file->path().extension();
    if (ending == ".pem" || ending == ".crt") files.push_back(file->path());
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    return Error(Code::Denied, concat("'", directory.native(), "': ", failed.message()));
  }
  std::ranges::sort(files);
  for (const auto& file : files) {
    for (auto& one : TRY(Certificate::from_pem(TRY(read_file(file, kFile)), file.native()))) {
      trust.certificates_.push_back(std::move(one));
    }
  }
  trust.revoked_ = TRY(Revoked::read(directory / kRevokedFile));
  // So that no chain leads over them either.
  std::erase_if(trust.certificates_,
                [&](const Certificate& one) { return trust.revoked_.has(one); });
  return trust;
}

Result<> Trust::check(std::span<const Certificate> chain, UtcTime now) const {
  const Store store(X509_STORE_new());
  const Verification verification(X509_STORE_CTX_new());
  const auto others = stack_of(chain.subspan(1));
  for (const auto& one : certificates_) X509_STORE_add_cert(store.get(), one.get());
  if (X509_STORE_CTX_init(verification.get(), store.get(), chain.front().get(), others.get()) !=
      1) {
    return Error(Code::Denied, "OpenSSL cannot check it");
  }
  // What is in the store is trusted, whether or not it is at the root of anything.
  auto* parameters = X509_STORE_CTX_get0_param(verification.get());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_time(
      parameters, std::chrono::system_clock::to_time_t(
                      std::chrono::time_point_cast<std::chrono::system_clock::duration>(now)));
  const bool right = X509_verify_cert(verification.get()) == 1;
  const int error = X509_STORE_CTX_get_error(verification.get());
  ERR_clear_error();
  if (right) return {};
  if (means_unknown(error)) return Error(Code::NotFound, "nobody here trusts it");
  return Error(Code::Denied, X509_verify_cert_error_string(error));
}

Result<> Trust::check_revoked(std::span<const Certificate> chain) const {
  for (const auto& one : chain) {
    if (revoked_.has(one)) {
      return Error(Code::Corrupt, concat("the certificate of '", one.subject(), "' is revoked"));
    }
  }
  return {};
}

}  // namespace hermes::package
