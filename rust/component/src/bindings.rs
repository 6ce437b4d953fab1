//! `hermes-component bindings`

use crate::{args::Args, world};
use anyhow::{Context, Result, ensure};
use std::fs;
use wit_bindgen_core::Files;

/// The prefix of everything in the bindings that belongs to no interface, and the name of the
/// files. One for all worlds, so that headers of the kit can use `hermes_string_t`.
const PREFIX: &str = "hermes";

/// A file that is already as it should be keeps its time, and what depends on it is not rebuilt.
pub fn write(args: &Args) -> Result<()> {
    ensure!(args.input.is_none(), "bindings takes no file, only --wit");
    let out = args.out()?;
    let files = generate(args)?;
    fs::create_dir_all(out).with_context(|| format!("making {}", out.display()))?;
    for (name, content) in files.iter() {
        let path = out.join(name);
        if fs::read(&path).is_ok_and(|present| present == content) {
            continue;
        }
        fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

fn generate(args: &Args) -> Result<Files> {
    let (mut resolve, world) = world::load(&args.wit, args.world.as_deref())?;
    let options = wit_bindgen_c::Opts {
        rename_world: Some(PREFIX.into()),
        // A handler that forgets to return what an event lent to it would trap.
        autodrop_borrows: wit_bindgen_c::Enabled::Yes,
        ..Default::default()
    };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    Ok(files)
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
