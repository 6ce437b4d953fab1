//! Generates the C header from `src/`.

use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap());
    let out = PathBuf::from(std::env::var("OUT_DIR").unwrap());
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=cbindgen.toml");
    c_header(&root).write_to_file(out.join("hermes_primitives.h"));
}

fn c_header(root: &Path) -> cbindgen::Bindings {
    cbindgen::Builder::new()
        .with_config(cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("it is TOML"))
        .with_src(root.join("src/lib.rs"))
        .generate()
        .expect("src/ has a C interface")
}
