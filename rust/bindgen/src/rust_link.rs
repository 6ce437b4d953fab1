//! The Rust side: the tables of interfaces that guests import, and of functions that they export.

use crate::model::{self, Model};
use crate::rust::{Form, Types};
use crate::text::line;
use wit_parser::*;

/// `INTERFACES`, `EXPORTS` and the functions that link one interface each.
pub fn link(model: &Model, types: &mut Types<'_>) -> String {
    let (mut interfaces, mut links, mut exports) = (String::new(), String::new(), String::new());
    for id in &model.imports {
        let interface = &model.resolve.interfaces[*id];
        let function = format!("link_{}", model.rust_interface(*id));
        line!(interfaces, "    Interface {{");
        line!(
            interfaces,
            "        name: \"{}\",",
            model.interface_name(*id)
        );
        line!(interfaces, "        functions: &[");
        for name in interface.functions.keys() {
            line!(interfaces, "            \"{name}\",");
        }
        line!(interfaces, "        ],");
        line!(
            interfaces,
            "        types_only: {},",
            types_only(model, interface)
        );
        line!(interfaces, "        link: {function},\n    }},");
        links += &link_function(model, types, interface, &function);
    }
    for id in &model.exports {
        for f in model.resolve.interfaces[*id].functions.values() {
            let parameters = types.tuple(f.params.iter().map(|p| &p.ty), Form::Words);
            let result = types.tuple(f.result.iter(), Form::Owned);
            let interface = model.interface_name(*id);
            line!(
                exports,
                "    export::<{parameters}, {result}>(\"{interface}\", \"{}\"),",
                f.name
            );
        }
    }
    format!(
        "
/// What guests import from the engine.
pub static INTERFACES: &[Interface] = &[
{interfaces}];

/// What the engine calls.
pub static EXPORTS: &[Export] = &[
{exports}];
{links}"
    )
}

/// Nothing to implement: a component that imports the interface links without anybody.
fn types_only(model: &Model, interface: &Interface) -> bool {
    interface.functions.is_empty() && resources(model, interface).next().is_none()
}

fn resources<'a>(
    model: &'a Model,
    interface: &'a Interface,
) -> impl Iterator<Item = (&'a String, TypeId)> {
    interface.types.iter().filter_map(|(name, id)| {
        let is_resource = matches!(model.resolve.types[*id].kind, TypeDefKind::Resource);
        is_resource.then_some((name, *id))
    })
}

fn link_function(
    model: &Model,
    types: &mut Types<'_>,
    interface: &Interface,
    name: &str,
) -> String {
    let mut body = String::new();
    for (wit_name, id) in resources(model, interface) {
        let resource = types.define(id, Form::Plain);
        line!(
            body,
            "    let resource = ResourceType::host::<{resource}>();"
        );
        line!(
            body,
            "    l.resource(\"{wit_name}\", resource, |cx, rep| drop_resource(cx, rep))?;"
        );
    }
    for (i, f) in interface.functions.values().enumerate() {
        let parameters = types.tuple(f.params.iter().map(|p| &p.ty), Form::View);
        let result = types.tuple(f.result.iter(), Form::Words);
        let (wrap, call, f_by) = match model.form(f) {
            Some(model::Form::Waiting) => ("func_wrap_async", "call_later", "f"),
            _ => ("func_wrap", "call_now", "&f"),
        };
        line!(body, "    let f = functions[{i}];");
        line!(body, "    l.{wrap}(");
        line!(body, "        \"{}\",", f.name);
        line!(
            body,
            "        move |cx: StoreContextMut<'_, Host>, p: {parameters}| {{"
        );
        line!(
            body,
            "            {call}::<_, {result}>(cx, p, implementation, {f_by})"
        );
        line!(body, "        }},\n    )?;");
    }
    let underscore = |used| if used { "" } else { "_" };
    format!(
        "\nfn {name}(\n    {}l: &mut LinkerInstance<'_, Host>,\n    {i}implementation: Implementation,\n    {i}functions: &[HostFunction],\n) -> Result<()> {{\n{body}    Ok(())\n}}\n",
        underscore(!body.is_empty()),
        i = underscore(!interface.functions.is_empty())
    )
}
