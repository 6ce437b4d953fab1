//! Generates the two sides of the door between WebAssembly guests and C++ from WIT packages.
//!
//! For every interface that a world imports, a C++ class with one virtual function per WIT function,
//! and the Rust that lifts a guest's arguments, calls it and lowers the answer. For every function
//! that it exports, a C++ struct of its arguments (an event) and the Rust types of the call. Both
//! sides exchange values as sequences of words (src/wasm/words.h, rust/host/src/words.rs).
//!
//! How WIT becomes C++ is written at the top of `cpp.rs`.

mod check;
mod cpp;
mod cpp_event;
mod cpp_interface;
mod cpp_type;
mod error;
mod model;
mod names;
mod rust;
mod rust_link;
mod text;

use std::path::{Path, PathBuf};

pub use error::Error;

/// What is made of one world.
pub struct Bindings {
    /// The module `glue` of rust/host.
    pub glue: String,
    /// The C++ files, by their path below the folder of generated headers.
    pub cpp: Vec<(PathBuf, String)>,
    /// The WIT files that were read.
    pub inputs: Vec<PathBuf>,
}

/// `wit` is a folder with one package and its dependencies in `deps`; `world` is in that package.
pub fn generate(wit: &Path, world: &str) -> Result<Bindings, Error> {
    let (model, inputs) = model::Model::load(wit, world)?;
    check::check(&model)?;
    Ok(Bindings {
        glue: rust::glue(&model),
        cpp: cpp::files(&model)?,
        inputs,
    })
}
