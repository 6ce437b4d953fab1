#include "net/tls.h"

#include "base/strings.h"

namespace hermes::net {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ClientTls>> ClientTls::open(const std::filesystem::path& ca_file) {
  ssl::context context(ssl::context::tls_client);
  boost::system::error_code error;
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  context.set_verify_mode(ssl::verify_peer, error);
  if (error) return Error(Code::InvalidArgument, concat("TLS: ", error.message()));
  if (!ca_file.empty()) context.load_verify_file(ca_file.string(), error);
  if (!error) return std::shared_ptr<ClientTls>(new ClientTls(std::move(context)));
  return Error(Code::InvalidArgument,
               concat("certificates of '", ca_file.string(), "': ", error.message()));
}

ssl::context& ClientTls::context() {
  std::call_once(has_machine_, [this] {
    // What is not there is not trusted.
    boost::system::error_code ignored;
    context_.set_default_verify_paths(ignored);
  });
  return context_;
}

}  // namespace hermes::net
