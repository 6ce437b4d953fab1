//! Generates the glue from `wit/`, and the C header from `src/`.

use std::path::PathBuf;

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

    cbindgen::generate(&root)
        .expect("src/ has a C interface")
        .write_to_file(out.join("hermes_host.h"));
}
