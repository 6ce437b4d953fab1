//! Generates the glue from `wit/`, and the C header from `src/`.

use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap());
    let out = PathBuf::from(std::env::var("OUT_DIR").unwrap());
    let wit = root.join("../../wit");
    println!("cargo:rerun-if-changed={}", wit.display());
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=cbindgen.toml");

    let bindings = hermes_bindgen::generate(&wit, "engine").unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(1);
    });
    std::fs::write(out.join("glue.rs"), bindings.glue).unwrap();

    c_header(&root).write_to_file(out.join("hermes_host.h"));
}

/// File by file: given the crate, cbindgen asks cargo about the workspace, which rewrites Cargo.lock
/// because it does not know of the patch (scripts/cargo).
fn c_header(root: &Path) -> cbindgen::Bindings {
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("it is TOML");
    let mut sources: Vec<_> = std::fs::read_dir(root.join("src"))
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .expect("src/ can be read")
        .iter()
        .map(std::fs::DirEntry::path)
        .collect();
    sources.sort();
    let builder = cbindgen::Builder::new().with_config(config);
    sources
        .iter()
        .fold(builder, |builder, source| builder.with_src(source))
        .generate()
        .expect("src/ has a C interface")
}
