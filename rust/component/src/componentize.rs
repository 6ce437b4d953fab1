//! `hermes-component new`

use crate::{args::Args, strip::strip, world};
use anyhow::{Context, Result, bail};
use std::fs;
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wasmparser::{Encoding, Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

pub fn write(args: &Args) -> Result<()> {
    let input = args.input()?;
    let out = args.out()?;
    let mut core = fs::read(input).with_context(|| format!("reading {}", input.display()))?;
    check_is_core_module(&core).with_context(|| format!("reading {}", input.display()))?;
    if !args.wit.is_empty() {
        let (resolve, world) = world::load(&args.wit, args.world.as_deref())?;
        embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8, false)?;
    }
    let component = componentize(&core)
        .with_context(|| format!("making a component of {}", input.display()))?;
    fs::write(out, component).with_context(|| format!("writing {}", out.display()))
}

/// The module's calls to WASI preview 1 go through the adapter, of which only what is used stays.
fn componentize(core: &[u8]) -> Result<Vec<u8>> {
    let component = ComponentEncoder::default()
        .module(core)?
        .adapter(
            WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME,
            WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
        )?
        .debug_names(false)
        .validate(true)
        .encode()?;
    strip(&component)
}

fn check_is_core_module(bytes: &[u8]) -> Result<()> {
    match Parser::new(0).parse_all(bytes).next() {
        Some(Ok(Payload::Version {
            encoding: Encoding::Module,
            ..
        })) => Ok(()),
        Some(Ok(_)) => bail!("this is a component already"),
        _ => bail!("this is not WebAssembly"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::Scratch;
    use wasm_encoder::{
        CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction, Module,
        TypeSection,
    };

    fn module_exporting(name: &str) -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut exports = ExportSection::new();
        exports.export(name, ExportKind::Func, 0);
        let mut code = CodeSection::new();
        let mut body = Function::new([]);
        body.instruction(&Instruction::End);
        code.function(&body);
        module
            .section(&types)
            .section(&functions)
            .section(&exports)
            .section(&code);
        module.finish()
    }

    fn args(scratch: &Scratch, core: &[u8]) -> Args {
        scratch.file("wit/a.wit", "package x:y; world w { export run: func(); }");
        Args {
            input: Some(scratch.file("core.wasm", core)),
            wit: vec![scratch.0.join("wit")],
            out: Some(scratch.0.join("out.wasm")),
            ..Default::default()
        }
    }

    fn message(scratch: &Scratch, core: &[u8]) -> String {
        format!("{:#}", write(&args(scratch, core)).unwrap_err())
    }

    #[test]
    fn a_module_that_fits_its_world_becomes_a_component_without_wasi() {
        let scratch = Scratch::new("fits");
        write(&args(&scratch, &module_exporting("run"))).unwrap();
        let show = Args {
            input: Some(scratch.0.join("out.wasm")),
            ..Default::default()
        };
        assert_eq!(crate::show::text(&show).unwrap(), "export run\n");
    }

    #[test]
    fn a_module_that_lacks_an_export_of_its_world_is_refused() {
        let scratch = Scratch::new("lacks");
        let error = message(&scratch, &module_exporting("walk"));
        assert!(error.contains("making a component of "), "{error}");
        assert!(error.contains("run"), "{error}");
    }

    #[test]
    fn what_is_no_core_module_is_told_apart() {
        let scratch = Scratch::new("no_core");
        assert!(message(&scratch, b"int main()").ends_with("core.wasm: this is not WebAssembly"));
        write(&args(&scratch, &module_exporting("run"))).unwrap();
        let component = fs::read(scratch.0.join("out.wasm")).unwrap();
        assert!(message(&scratch, &component).ends_with("this is a component already"));
    }
}
