//! WIT names in C++ and Rust. Words of a WIT name may be in capitals; case is not significant.

/// Keywords of C++20, and macros of the C library that look like names.
const RESERVED: &str = "
    alignas alignof and and_eq asm assert auto bitand bitor bool break case catch char char16_t
    char32_t char8_t class co_await co_return co_yield compl concept const const_cast consteval
    constexpr constinit continue decltype default delete do double dynamic_cast else enum errno
    explicit export extern false float for friend goto if inline int linux long mutable namespace
    new noexcept not not_eq nullptr operator or or_eq private protected public register
    reinterpret_cast requires return setjmp short signed sizeof static static_assert static_cast
    stderr stdin stdout struct switch template this thread_local throw true try typedef typeid
    typename union unix unsigned using virtual void volatile wchar_t while xor xor_eq
";

/// `kv-get` → `kv_get`
pub fn snake(name: &str) -> String {
    name.replace(['-', ':', '/'], "_").to_lowercase()
}

/// The same where C++ sees it: `default` → `default_`
pub fn cpp(name: &str) -> String {
    let name = snake(name);
    if RESERVED.split_whitespace().any(|word| word == name) {
        name + "_"
    } else {
        name
    }
}

/// The same for a parameter beside those named in `taken`.
pub fn parameter(name: &str, taken: &[&str]) -> String {
    let name = cpp(name);
    if taken.contains(&name.as_str()) {
        name + "_"
    } else {
        name
    }
}

/// `kv-values` → `KvValues`
pub fn pascal(name: &str) -> String {
    let capitalized = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + &rest.to_lowercase()
    };
    name.split('-').map(capitalized).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_joined() {
        assert_eq!(snake("get-URL"), "get_url");
        assert_eq!(pascal("get-URL2"), "GetUrl2");
    }

    #[test]
    fn what_cpp_reserves_gets_an_underscore() {
        assert_eq!(cpp("default"), "default_");
        assert_eq!(cpp("errno"), "errno_");
        assert_eq!(parameter("call", &["call"]), "call_");
        assert_eq!(pascal("errno"), "Errno");
    }
}
