// As io/asio.cc, what Asio has for TLS.
#include <boost/asio/ssl/impl/src.hpp>
