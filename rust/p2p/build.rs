//! Generates the C header from `src/`.

use std::path::{Path, PathBuf};

/// Which have the C interface.
const SOURCES: [&str; 6] = ["abi", "c_node", "c_peers", "c_pubsub", "c_dht", "c_blocks"];

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap());
    let out = PathBuf::from(std::env::var("OUT_DIR").unwrap());
    for source in SOURCES {
        println!("cargo:rerun-if-changed=src/{source}.rs");
    }
    println!("cargo:rerun-if-changed=cbindgen.toml");
    c_header(&root).write_to_file(out.join("hermes_p2p.h"));
}

fn c_header(root: &Path) -> cbindgen::Bindings {
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("it is TOML");
    let builder = cbindgen::Builder::new().with_config(config);
    SOURCES
        .iter()
        .fold(builder, |builder, source| {
            builder.with_src(root.join(format!("src/{source}.rs")))
        })
        .generate()
        .expect("src/ has a C interface")
}
