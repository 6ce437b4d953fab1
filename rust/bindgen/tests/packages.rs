//! The packages of the engine itself.

use std::path::{Path, PathBuf};

#[test]
fn every_package_has_a_header_and_a_source() {
    let wit = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../wit");
    let bindings = hermes_bindgen::generate(&wit, "engine").unwrap();
    let mut packages = 0;
    for entry in std::fs::read_dir(wit.join("deps")).unwrap() {
        let folder = entry.unwrap().file_name().into_string().unwrap();
        let Some(package) = folder.strip_prefix("hermes-") else {
            continue;
        };
        for ending in ["h", "cc"] {
            let path = PathBuf::from(format!("hermes/{}.{ending}", package.replace('-', "_")));
            assert!(
                bindings.cpp.iter().any(|(p, _)| *p == path),
                "{}",
                path.display()
            );
        }
        packages += 1;
    }
    assert!(packages > 0);
}

#[test]
fn every_function_is_in_the_tables_of_both_sides() {
    let wit = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../wit");
    let bindings = hermes_bindgen::generate(&wit, "engine").unwrap();
    let sources: String = bindings.cpp.iter().map(|(_, text)| text.as_str()).collect();
    let rust = bindings.glue.matches("call_now::<").count()
        + bindings.glue.matches("call_later::<").count();
    assert_eq!(rust, sources.matches(" host_function<Form::").count());
    let exports = bindings.glue.matches("    export::<").count();
    assert_eq!(exports, sources.matches(" kHandler =").count());
    assert!(
        bindings
            .inputs
            .iter()
            .any(|path| path.ends_with("engine.wit"))
    );
}
