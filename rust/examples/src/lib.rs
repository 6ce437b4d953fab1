//! The Rust of docs/host-functions.md: that it compiles is all that is tested. Each section is a function,
//! which build.rs makes.

// Examples declare things to show them.
#![allow(unused, unreachable_code, non_local_definitions, clippy::all)]

wit_bindgen::generate!({ path: "../../wit", world: "engine", generate_all });

type Error = Box<dyn std::error::Error>;

include!(concat!(env!("OUT_DIR"), "/examples.rs"));
