#include "net/tls.h"

#include "base/strings.h"

namespace hermes::net {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>> client_tls(const std::filesystem::path& ca_file) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  boost::system::error_code error;
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  context->set_verify_mode(ssl::verify_peer, error);
  if (!error) context->set_default_verify_paths(error);
  if (error) return Error(Code::InvalidArgument, concat("trusted certificates: ", error.message()));
  if (!ca_file.empty()) context->load_verify_file(ca_file.string(), error);
  if (!error) return context;
  return Error(Code::InvalidArgument,
               concat("certificates of '", ca_file.string(), "': ", error.message()));
}

}  // namespace hermes::net
