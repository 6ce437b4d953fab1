//! `hermes-component bindings`

use crate::{args::Args, world};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use wit_bindgen_core::{Files, WorldGenerator};

/// Of C: the prefix of everything in the bindings that belongs to no interface, and the name of the
/// files. One for all worlds, so that headers of the kit can use `hermes_string_t`.
const PREFIX: &str = "hermes";

/// A file that is already as it should be keeps its time, and what depends on it is not rebuilt.
pub fn write(args: &Args) -> Result<()> {
    ensure!(args.input.is_none(), "bindings takes no file, only --wit");
    let out = args.out()?;
    let files = generate(args)?;
    for (name, content) in files.iter() {
        let path = out.join(name);
        if fs::read(&path).is_ok_and(|present| present == content) {
            continue;
        }
        fs::create_dir_all(path.parent().unwrap_or(out))
            .with_context(|| format!("making a directory for {}", path.display()))?;
        fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

fn generate(args: &Args) -> Result<Files> {
    let (mut resolve, world) = world::load(&args.wit, args.world.as_deref())?;
    let mut generator = match args.language.as_deref() {
        None | Some("c") => c(),
        Some("go") => wit_bindgen_go::Opts::default().build(),
        Some(other) => bail!("there are bindings for c and go, not for {other}"),
    };
    let mut files = Files::default();
    generator.generate(&mut resolve, world, &mut files)?;
    files.remove("go.mod"); // It is the author's: it names more than the bindings need.
    Ok(files)
}

fn c() -> Box<dyn WorldGenerator> {
    let options = wit_bindgen_c::Opts {
        rename_world: Some(PREFIX.into()),
        // A handler that forgets to return what an event lent to it would trap.
        autodrop_borrows: wit_bindgen_c::Enabled::Yes,
        ..Default::default()
    };
    options.build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::Scratch;

    const WIT: &str = "package x:y; interface api { greet: func(name: string) -> string; }
        world w { import api; export run: func(); }";

    fn args(scratch: &Scratch) -> Args {
        Args {
            wit: vec![scratch.0.join("wit")],
            out: Some(scratch.0.join("out")),
            ..Default::default()
        }
    }

    #[test]
    fn names_do_not_depend_on_the_world() {
        let scratch = Scratch::new("bindings");
        scratch.file("wit/a.wit", WIT);
        write(&args(&scratch)).unwrap();
        let header = fs::read_to_string(scratch.0.join("out/hermes.h")).unwrap();
        assert!(header.contains("void x_y_api_greet(hermes_string_t *name, hermes_string_t *ret)"));
        assert!(header.contains("void exports_hermes_run(void)"));
        assert!(scratch.0.join("out/hermes.c").exists());
        assert!(scratch.0.join("out/hermes_component_type.o").exists());
    }

    #[test]
    fn of_go_there_is_a_package_for_each_interface_and_no_module() {
        let scratch = Scratch::new("go");
        scratch.file("wit/a.wit", WIT);
        let go = Args {
            language: Some("go".into()),
            ..args(&scratch)
        };
        write(&go).unwrap();
        let api = fs::read_to_string(scratch.0.join("out/x_y_api/wit_bindings.go")).unwrap();
        assert!(api.contains("func Greet(name string) string"));
        assert!(scratch.0.join("out/wit_exports.go").exists());
        assert!(!scratch.0.join("out/go.mod").exists());
    }

    #[test]
    fn other_languages_are_refused() {
        let scratch = Scratch::new("language");
        scratch.file("wit/a.wit", WIT);
        let cobol = Args {
            language: Some("cobol".into()),
            ..args(&scratch)
        };
        let error = write(&cobol).unwrap_err().to_string();
        assert_eq!(error, "there are bindings for c and go, not for cobol");
    }

    #[test]
    fn what_has_not_changed_keeps_its_time() {
        let scratch = Scratch::new("unchanged");
        scratch.file("wit/a.wit", WIT);
        let modified = || {
            fs::metadata(scratch.0.join("out/hermes.h"))
                .unwrap()
                .modified()
                .unwrap()
        };
        write(&args(&scratch)).unwrap();
        let old = std::time::SystemTime::UNIX_EPOCH;
        let header = fs::File::options()
            .write(true)
            .open(scratch.0.join("out/hermes.h"))
            .unwrap();
        header.set_modified(old).unwrap();
        write(&args(&scratch)).unwrap();
        assert_eq!(modified(), old);
    }
}
