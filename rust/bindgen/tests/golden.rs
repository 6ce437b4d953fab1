//! What is generated for tests/golden/wit is what tests/golden/expected has.
//!
//! `HERMES_REGENERATE=1 scripts/cargo test -p hermes-bindgen` writes it anew, to be read and committed.

use std::path::Path;

#[test]
fn generates_what_is_expected() {
    let golden = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("tests/golden");
    let bindings = hermes_bindgen::generate(&golden.join("wit"), "engine").unwrap();
    let mut files = bindings.cpp;
    files.push(("glue.rs".into(), bindings.glue));
    for (path, text) in files {
        // The ending keeps formatters away.
        let expected = golden
            .join("expected")
            .join(format!("{}.golden", path.display()));
        if std::env::var_os("HERMES_REGENERATE").is_some() {
            std::fs::create_dir_all(expected.parent().unwrap()).unwrap();
            std::fs::write(&expected, &text).unwrap();
        }
        let expected = std::fs::read_to_string(&expected).unwrap_or_default();
        for (number, (got, want)) in text.lines().zip(expected.lines()).enumerate() {
            assert_eq!(got, want, "{}:{}", path.display(), number + 1);
        }
        assert_eq!(
            text.lines().count(),
            expected.lines().count(),
            "{}",
            path.display()
        );
    }
}

#[test]
fn generates_the_same_each_time() {
    let wit = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("tests/golden/wit");
    let first = hermes_bindgen::generate(&wit, "engine").unwrap();
    let second = hermes_bindgen::generate(&wit, "engine").unwrap();
    assert_eq!(first.glue, second.glue);
    assert_eq!(first.cpp, second.cpp);
}
