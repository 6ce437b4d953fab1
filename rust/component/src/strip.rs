//! Removing what only a debugger reads.

use anyhow::Result;
use std::mem;
use wasm_encoder::{Component, ComponentSectionId, Encode, Module, RawSection, Section};
use wasmparser::{Encoding, Parser, Payload};

/// The component, and every module in it, without names and debug information.
pub fn strip(input: &[u8]) -> Result<Vec<u8>> {
    let mut output = Vec::new();
    let mut parents = Vec::new();
    for payload in Parser::new(0).parse_all(input) {
        let payload = payload?;
        match &payload {
            Payload::Version { encoding, .. } => output.extend_from_slice(match encoding {
                Encoding::Component => &Component::HEADER,
                Encoding::Module => &Module::HEADER,
            }),
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                parents.push(mem::take(&mut output));
                continue;
            }
            Payload::End(_) => {
                let Some(mut parent) = parents.pop() else {
                    break;
                };
                let id = if output.starts_with(&Component::HEADER) {
                    ComponentSectionId::Component
                } else {
                    ComponentSectionId::CoreModule
                };
                parent.push(id as u8);
                output.encode(&mut parent);
                output = parent;
            }
            Payload::CustomSection(section) if is_for_debuggers(section.name()) => continue,
            _ => {}
        }
        if let Some((id, range)) = payload.as_section() {
            let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
            RawSection {
                id,
                data: &input[range],
            }
            .append_to(&mut output);
        }
    }
    Ok(output)
}

fn is_for_debuggers(section: &str) -> bool {
    section.starts_with(".debug")
        || matches!(
            section,
            "name" | "component-name" | "producers" | "target_features"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{CustomSection, ModuleSection};

    fn custom(name: &'static str) -> CustomSection<'static> {
        CustomSection {
            name: name.into(),
            data: b"1234".as_slice().into(),
        }
    }

    #[test]
    fn sections_for_debuggers_go_at_every_depth_and_others_stay() {
        let mut module = Module::new();
        module
            .section(&custom("name"))
            .section(&custom(".debug_info"))
            .section(&custom("mine"));
        let mut inner = Component::new();
        inner.section(&ModuleSection(&module));
        let mut outer = Component::new();
        outer.section(&custom("component-name"));
        outer.section(&wasm_encoder::NestedComponentSection(&inner));
        outer.section(&custom("ours"));

        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(&strip(&outer.finish()).unwrap()) {
            if let Payload::CustomSection(section) = payload.unwrap() {
                names.push(section.name().to_string());
            }
        }
        assert_eq!(names, ["mine", "ours"]);
    }
}
