//! Makes a function of each section of docs/host-functions.md, of all its Rust.

use std::{env, fs, path::Path};

// From the folder of this file, where Cargo runs it.
const PAGE: &str = "../../docs/host-functions.md";

/// What examples take for granted.
const BEFORE: &str = "
use crate::*;
struct Component;
fn examples(data: Vec<u8>, key: Vec<u8>, salt: Vec<u8>, passphrase: Vec<String>) -> Result<(), Error> {";

fn main() {
    println!("cargo::rerun-if-changed={PAGE}");
    let page = fs::read_to_string(PAGE).expect("docs/host-functions.md is there");
    let out = env::var("OUT_DIR").expect("cargo says where to");
    fs::write(Path::new(&out).join("examples.rs"), functions(&page)).expect("OUT_DIR is writable");
}

fn functions(page: &str) -> String {
    let mut functions = String::new();
    for section in page.split("\n## ").skip(1) {
        let (title, text) = section
            .split_once('\n')
            .expect("there is text below a title");
        let name: String = title
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            })
            .collect();
        let examples: String = text.split("```rust\n").skip(1).map(until_fence).collect();
        functions += &format!("mod {name} {{ {BEFORE}\n{examples}\nOk(())\n}} }}\n");
    }
    functions
}

fn until_fence(block: &str) -> &str {
    block.split("```").next().unwrap_or_default()
}
