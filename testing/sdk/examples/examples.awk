# Makes C++ of a page's blocks of C++. Each section is a function, which has all of its statements; the
# exports that it defines stand before it.

BEGIN {
  split("buffer.h cron.h http.h log.h text.h cxx/http.h cxx/kv_store.h cxx/text.h", headers, " ")
  for (i in headers) print "#include \"hermes/" headers[i] "\""
  print "#include <cstdio>\n#include <cstdlib>\n#include <vector>"
  print "\nusing Bytes = std::vector<uint8_t>;\n"
}

function end_of_section() {
  if (statements != "") {
    print exports "bool section_" ++sections "(Bytes bytes, Bytes secret, Bytes seed, hermes_binary_api_bstr_t data) {\n{"
    print statements "}\n  return true;\n}\n"
  } else {
    print exports
  }
  statements = exports = ""
}

/^###? / && !in_block { end_of_section() }
/^```cpp$/ { in_block = 1; statements = statements line(FNR + 1); next }
/^```/ { in_block = 0 }
!in_block { next }
/^(bool|void) exports_/ { in_export = 1; exports = exports line(FNR) }
in_export { exports = exports $0 "\n" }
!in_export { statements = statements $0 "\n" }
/^}/ || /^(bool|void) exports_.*}$/ { in_export = 0 }
END { end_of_section() }

# Where the compiler says that an error is.
function line(number) {
  return "#line " number " \"" FILENAME "\"\n"
}
