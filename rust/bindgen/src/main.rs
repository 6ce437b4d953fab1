//! `hermes-bindgen WIT WORLD FOLDER` writes the C++ of a world into FOLDER.
//!
//! A file whose text stays the same is not touched, so that nothing is compiled again for it.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [wit, world, folder] = &arguments[..] else {
        eprintln!("usage: hermes-bindgen WIT WORLD FOLDER");
        return ExitCode::from(2);
    };
    match write(Path::new(wit), world, Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("hermes-bindgen: {message}");
            ExitCode::FAILURE
        }
    }
}

fn write(wit: &Path, world: &str, folder: &Path) -> Result<(), String> {
    let bindings = hermes_bindgen::generate(wit, world).map_err(|e| e.to_string())?;
    for (name, text) in &bindings.cpp {
        let path = folder.join(name);
        if std::fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
            continue;
        }
        path.parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}
