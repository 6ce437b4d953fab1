//! Wasmtime behind a C interface: the only way in and out of WebAssembly (docs/architecture.md,
//! sections 4 and 8). `src/wasm` of the C++ side is the only user.
//!
//! | module | what it is |
//! |---|---|
//! | `error` | errors and panics as values |
//! | `words` | how WIT values cross |
//! | `host` | guest to C++: host functions |
//! | `budget` | memory that calls share |
//! | `limiter`, `refusal` | memory of a call, and what limits refuse to it |
//! | `call` | C++ to guest: one event in a fresh instance, on a fiber |
//! | `engine` | configuration, pool, linker |
//! | `component` | compile, load, describe, link |
//! | `wasi` | WASI 0.2 for guests that import it |
//! | `wasi_setup` | arguments and environment of a guest |
//! | `wasi_filesystem` | the functions of wasi:filesystem |
//! | `wasi_files`, `wasi_paths`, `wasi_open` | what they do |
//! | `wasi_descriptor` | what a guest has open, and where a path leads |
//! | `wasi_streams` | from and to files |
//! | `wasi_folders` | the files of an app |
//! | `wasi_tree` | of these, what is only read: C++ has it |
//! | `wasi_memory`, `wasi_quota` | `/tmp`, and how much it may hold |
//! | `wasi_space` | how much a guest may write to `/var` |
//! | `wasi_http` | wasi:http through the engine's client |
//! | `wasi_sockets` | wasi:sockets: which there may be, and whom they may reach |
//! | `incoming` | wasi:http/incoming-handler: an exchange that a guest answers |
//! | `http_body` | the bodies of such an exchange |
//! | `glue` | generated from `wit/` by the crate `hermes-bindgen` |
//!
//! Safety: every pointer that C++ passes is valid for the call, and what a `_new` function returned
//! is used until its `_free`, by the threads that the C++ classes allow.

#![allow(non_camel_case_types, clippy::missing_safety_doc)]

// C interfaces of their own, which one static library offers together with this one.
pub use hermes_p2p;
pub use hermes_primitives;

pub mod budget;
pub mod call;
pub mod component;
pub mod engine;
pub mod error;
pub mod host;
pub mod http_body;
pub mod incoming;
mod limiter;
pub mod refusal;
mod wasi;
mod wasi_descriptor;
mod wasi_files;
mod wasi_filesystem;
pub mod wasi_folders;
pub mod wasi_http;
mod wasi_memory;
mod wasi_open;
mod wasi_paths;
mod wasi_quota;
pub mod wasi_setup;
mod wasi_sockets;
mod wasi_space;
mod wasi_streams;
pub mod wasi_tree;
mod words;

#[allow(
    dead_code,
    non_camel_case_types,
    non_snake_case,
    unused_imports,
    unused_mut,
    unused_variables,
    clippy::all
)]
mod glue {
    include!(concat!(env!("OUT_DIR"), "/glue.rs"));
}
