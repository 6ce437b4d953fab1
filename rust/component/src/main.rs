//! The build tool of the guest kit: bindings for a world, and a component out of a core module.
//!
//! The rest of the kit is in `sdk/`, where CMake calls this program.

mod args;
mod bindings;
mod componentize;
mod show;
mod strip;
mod world;

use anyhow::{Result, bail};
use args::Args;
use std::process::ExitCode;

const USAGE: &str = "\
hermes-component bindings --wit DIR… [--world NAME] [--language c|go] --out DIR
    Writes the bindings of a world: hermes.h, hermes.c and hermes_component_type.o in C, which is the
    default, or a package main in Go.

hermes-component new CORE.wasm [--wit DIR… [--world NAME]] -o OUT.wasm
    Makes a component of a core module. Without --wit the module says its world itself, as it does
    when hermes_component_type.o was linked into it.

hermes-component show COMPONENT.wasm
    Prints what a component imports and exports, one interface a line.

Each --wit names a WIT package directory, which may hold others in deps/. The world is one of the
last directory; those before it are there to be used.
";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(output) => {
            print!("{output}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("hermes-component: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<String> {
    let command = arguments.next().unwrap_or_default();
    if matches!(command.as_str(), "-h" | "--help" | "help") {
        return Ok(USAGE.to_string());
    }
    let args = Args::parse(arguments)?;
    match command.as_str() {
        "bindings" => bindings::write(&args)?,
        "new" => componentize::write(&args)?,
        "show" => return show::text(&args),
        "" => bail!("what to do? See --help"),
        other => bail!("`{other}` is not a command, see --help"),
    }
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_line(line: &str) -> Result<String> {
        run(line.split_whitespace().map(String::from))
    }

    #[test]
    fn help_names_every_command() {
        let help = run_line("--help").unwrap();
        for command in ["bindings", "new", "show"] {
            assert!(help.contains(&format!("hermes-component {command} ")));
        }
    }

    #[test]
    fn an_unknown_command_is_named() {
        let error = run_line("make x.wasm").unwrap_err();
        assert_eq!(error.to_string(), "`make` is not a command, see --help");
    }
}
