//! The C++ side: a struct for each exported function, an event.
//!
//! It is named after the function; `Event` is put behind a name that is taken, which `Reply` always
//! is: in the struct, it is the type that the function returns.

use crate::Error;
use crate::cpp::Cpp;
use crate::names::{cpp as cpp_name, pascal};
use crate::text::{WIDTH, docs, line};
use std::collections::BTreeSet;
use wit_parser::*;

/// Appends the events of the package.
pub fn define(cpp: &mut Cpp<'_>, exports: &[InterfaceId]) -> Result<(), Error> {
    let model = cpp.model;
    for id in exports {
        for f in model.resolve.interfaces[*id].functions.values() {
            let mut name = pascal(&f.name);
            if name == "Reply" || cpp.is_defined(&name) {
                name += "Event";
            }
            let hidden = BTreeSet::from(["Reply".to_string()]);
            let text = cpp.hiding(hidden, |cpp| event(cpp, &name, *id, f));
            cpp.define(&name, f.span, "\n", &text)?;
        }
    }
    Ok(())
}

fn event(cpp: &mut Cpp<'_>, name: &str, interface: InterfaceId, f: &Function) -> String {
    let model = cpp.model;
    let interface = model.interface_name(interface);
    let types: Vec<_> = f.params.iter().map(|p| p.ty).collect();
    let durable = !types.iter().any(|t| model.has_resource(t));
    let view = cpp.std("string_view", "string_view");

    let mut text = docs(&f.docs, "");
    if !f.docs.is_empty() {
        line!(text, "///");
    }
    line!(text, "/// The arguments of {interface}#{}.", f.name);
    if !durable {
        line!(
            text,
            "///\n/// They carry resources, so the event lives in memory only."
        );
    }
    line!(text, "struct {name} {{");
    let mut members = Vec::new();
    for p in &f.params {
        members.push(cpp_name(&p.name));
        line!(text, "  {} {};", cpp.owned(&p.ty), cpp_name(&p.name));
    }
    if !members.is_empty() {
        line!(text);
    }
    line!(text, "  using Reply = {};", cpp.or_void(&f.result));
    let constant = format!("  static constexpr {view} kHandler =");
    let handler = format!("\"{interface}#{}\";", f.name);
    let fits = constant.len() + 1 + handler.len() <= WIDTH;
    line!(
        text,
        "{constant}{}{handler}",
        if fits { " " } else { "\n      " }
    );
    line!(text, "  static constexpr bool kDurable = {durable};");
    if let Some(comparison) = cpp.comparison(name, &types) {
        line!(text, "\n  {comparison}");
    }
    cpp.reflect_members(name, &members);
    text + "};\n"
}
