//! `hermes-component show`

use crate::args::Args;
use anyhow::{Context, Result, bail};
use std::fmt::Write;
use std::fs;
use wit_component::DecodedWasm;
use wit_parser::{Resolve, WorldId, WorldItem};

pub fn text(args: &Args) -> Result<String> {
    let input = args.input()?;
    let bytes = fs::read(input).with_context(|| format!("reading {}", input.display()))?;
    let decoded =
        wit_component::decode(&bytes).with_context(|| format!("reading {}", input.display()))?;
    match decoded {
        DecodedWasm::Component(resolve, world) => Ok(lines(&resolve, world)),
        DecodedWasm::WitPackage(..) => bail!("{} is a WIT package", input.display()),
    }
}

/// An interface of nothing but types asks nothing of the host and is marked so.
fn lines(resolve: &Resolve, world: WorldId) -> String {
    let world = &resolve.worlds[world];
    let mut text = String::new();
    for (direction, items) in [("import", &world.imports), ("export", &world.exports)] {
        for (key, item) in items {
            let types_only = match item {
                WorldItem::Interface { id, .. } => resolve.interfaces[*id].functions.is_empty(),
                WorldItem::Type { .. } => true,
                WorldItem::Function(_) => false,
            };
            let note = if types_only { " (types only)" } else { "" };
            writeln!(text, "{direction} {}{note}", resolve.name_world_key(key))
                .expect("a string takes every text");
        }
    }
    text
}
