// What of Asio is no template, compiled here once and not in each source that includes it.
#include <boost/asio/impl/src.hpp>
