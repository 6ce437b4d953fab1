//! The command line after the command.

use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};

#[derive(Debug, Default, PartialEq)]
pub struct Args {
    pub input: Option<PathBuf>,
    pub wit: Vec<PathBuf>,
    pub world: Option<String>,
    pub language: Option<String>,
    pub out: Option<PathBuf>,
}

impl Args {
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Args> {
        let mut args = Args::default();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .with_context(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--wit" => args.wit.push(value()?.into()),
                "--world" => args.world = Some(value()?),
                "--language" => args.language = Some(value()?),
                "--out" | "-o" => args.out = Some(value()?.into()),
                option if option.starts_with('-') => bail!("unknown option {option}, see --help"),
                _ => {
                    ensure!(
                        args.input.is_none(),
                        "one file at a time: {argument} is the second"
                    );
                    args.input = Some(argument.into());
                }
            }
        }
        Ok(args)
    }

    pub fn input(&self) -> Result<&Path> {
        self.input.as_deref().context("which file? See --help")
    }

    pub fn out(&self) -> Result<&Path> {
        self.out.as_deref().context("where to? Name it with --out")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args> {
        Args::parse(line.split_whitespace().map(String::from))
    }

    #[test]
    fn options_and_the_file_come_in_any_order() {
        let args = parse("--wit a core.wasm -o out.wasm --language go --wit b --world w").unwrap();
        assert_eq!(
            args,
            Args {
                input: Some("core.wasm".into()),
                wit: vec!["a".into(), "b".into()],
                world: Some("w".into()),
                language: Some("go".into()),
                out: Some("out.wasm".into()),
            }
        );
    }

    #[test]
    fn mistakes_are_told() {
        for (line, message) in [
            ("--wit", "--wit needs a value"),
            ("--wat a", "unknown option --wat, see --help"),
            ("a b", "one file at a time: b is the second"),
        ] {
            assert_eq!(parse(line).unwrap_err().to_string(), message);
        }
        assert!(parse("").unwrap().input().is_err());
        assert!(parse("").unwrap().out().is_err());
    }
}
