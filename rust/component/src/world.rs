//! Reading WIT directories and finding the world in them.

use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use wit_parser::{Resolve, WorldId};

/// The world of that name in the last directory, or its only one. Packages of the directories
/// before it can be used in it.
pub fn load(directories: &[PathBuf], name: Option<&str>) -> Result<(Resolve, WorldId)> {
    let mut resolve = Resolve::default();
    let mut last = None;
    for directory in directories {
        if !directory.is_dir() {
            bail!("{} is not a directory of WIT files", directory.display());
        }
        let package = match resolve.push_dir(directory) {
            Ok((package, _)) => package,
            Err(error) => bail!("{}", resolve.render_error(&error)),
        };
        last = Some(package);
    }
    let package = last.context("which world? Name its directory with --wit")?;
    let worlds = &resolve.packages[package].worlds;
    let known = || {
        worlds
            .keys()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let world = match name {
        Some(name) => worlds
            .get(name)
            .copied()
            .with_context(|| format!("there is no world `{name}`, only {}", or_none(known())))?,
        None if worlds.len() == 1 => worlds[0],
        None => bail!(
            "which of the worlds {}? Name it with --world",
            or_none(known())
        ),
    };
    Ok((resolve, world))
}

fn or_none(names: String) -> String {
    if names.is_empty() {
        "(none)".to_string()
    } else {
        names
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::fs;

    /// A directory of its own for one test, removed with it.
    pub struct Scratch(pub PathBuf);

    impl Scratch {
        pub fn new(name: &str) -> Scratch {
            let path = std::env::temp_dir()
                .join(format!("hermes-component-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Scratch(path)
        }

        pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, content).unwrap();
            path
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn message(scratch: &Scratch, name: Option<&str>) -> String {
        format!("{:#}", load(&[scratch.0.clone()], name).unwrap_err())
    }

    #[test]
    fn a_world_is_found_by_name_or_because_it_is_the_only_one() {
        let scratch = Scratch::new("found");
        scratch.file("a.wit", "package x:y; world one {}");
        let only = load(&[scratch.0.clone()], None).unwrap();
        assert_eq!(only.0.worlds[only.1].name, "one");
        scratch.file("b.wit", "world two {}");
        let two = load(&[scratch.0.clone()], Some("two")).unwrap();
        assert_eq!(two.0.worlds[two.1].name, "two");
    }

    #[test]
    fn an_ambiguous_or_missing_world_is_told_with_what_there_is() {
        let scratch = Scratch::new("ambiguous");
        scratch.file("a.wit", "package x:y; world one {} world two {}");
        let error = message(&scratch, None);
        assert_eq!(
            error,
            "which of the worlds `one`, `two`? Name it with --world"
        );
        let error = message(&scratch, Some("three"));
        assert_eq!(error, "there is no world `three`, only `one`, `two`");
    }

    #[test]
    fn packages_of_directories_before_it_can_be_used() {
        let scratch = Scratch::new("uses");
        scratch.file(
            "sdk/deps/k/k.wit",
            "package k:v; interface api { get: func() -> u32; }",
        );
        scratch.file("sdk/sdk.wit", "package s:dk;");
        scratch.file("app/app.wit", "package a:b; world w { import k:v/api; }");
        let directories = [scratch.0.join("sdk"), scratch.0.join("app")];
        let (resolve, world) = load(&directories, Some("w")).unwrap();
        assert_eq!(resolve.worlds[world].imports.len(), 1);
    }

    #[test]
    fn a_mistake_in_the_wit_is_told_with_its_place() {
        let scratch = Scratch::new("mistake");
        scratch.file("a.wit", "package x:y;\nworld one { import q:r/s; }");
        let error = message(&scratch, None);
        assert!(error.contains("a.wit:2:"), "{error}");
    }
}
