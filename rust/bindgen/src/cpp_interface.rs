//! The C++ side: an abstract class for each imported interface and each resource.

use crate::Error;
use crate::cpp::Cpp;
use crate::model::{Form, Model};
use crate::names::{cpp, parameter, pascal, snake};
use crate::text::{WIDTH, call, docs, line};
use std::collections::BTreeSet;
use wit_parser::*;

/// Appends the classes of the package's interfaces.
pub fn define(cpp: &mut Cpp<'_>, imports: &[InterfaceId]) -> Result<(), Error> {
    let model = cpp.model;
    for id in imports {
        let interface = &model.resolve.interfaces[*id];
        for (name, ty) in &interface.types {
            if matches!(model.resolve.types[*ty].kind, TypeDefKind::Resource) {
                resource(cpp, interface, name, *ty)?;
            }
        }
    }
    for id in imports {
        if has_class(model, *id) {
            class(cpp, *id)?;
        }
    }
    Ok(())
}

/// The import tables of the package's interfaces, for its source.
pub fn source(model: &Model, imports: &[InterfaceId]) -> String {
    let mut text = String::new();
    for id in imports.iter().filter(|id| has_class(model, **id)) {
        let interface = &model.resolve.interfaces[*id];
        let class = class_name(interface);
        line!(text, "\nconst wasm::ImportTable& {class}::imports() {{");
        if interface.functions.is_empty() {
            line!(
                text,
                "  static constexpr wasm::ImportTable kTable{{kInterface, nullptr, 0}};"
            );
        } else {
            line!(text, "  using wasm::Form;");
            line!(text, "  using wasm::host_function;");
            line!(
                text,
                "  static constexpr wasm::ImportTable::Function kFunctions[] = {{"
            );
            for f in interface.functions.values() {
                let form = match model.form(f) {
                    Some(Form::Waiting) => "Waiting",
                    Some(Form::Blocking) => "Blocking",
                    _ => "Quick",
                };
                let class = match f.kind {
                    FunctionKind::Method(r) => pascal(model.type_name(r)),
                    _ => class.clone(),
                };
                let function = format!("{class}::{}", function_name(model, f));
                let name = format!("      {{\"{}\",", f.name);
                let value = format!("host_function<Form::{form}, &{function}>()}},");
                let fits = name.len() + 1 + value.len() <= WIDTH;
                line!(
                    text,
                    "{name}{}{value}",
                    if fits { " " } else { "\n       " }
                );
            }
            line!(text, "  }};");
            line!(text, "  static constexpr wasm::ImportTable kTable{{");
            line!(text, "      .interface = kInterface,");
            line!(text, "      .functions = kFunctions,");
            line!(text, "      .count = std::size(kFunctions),\n  }};");
        }
        line!(text, "  return kTable;\n}}");
    }
    text
}

/// Whether there is something to implement.
fn has_class(model: &Model, id: InterfaceId) -> bool {
    let interface = &model.resolve.interfaces[id];
    let is_resource = |t: &TypeId| matches!(model.resolve.types[*t].kind, TypeDefKind::Resource);
    !interface.functions.is_empty() || interface.types.values().any(is_resource)
}

fn class_name(interface: &Interface) -> String {
    pascal(interface.name.as_deref().expect("checked when loaded"))
}

/// `kv_get`, `close` of a resource's class, `network_new`, `new_statement`
fn function_name(model: &Model, f: &Function) -> String {
    match f.kind {
        FunctionKind::Constructor(r) => format!("new_{}", snake(model.type_name(r))),
        FunctionKind::Static(r) => cpp(&format!("{}-{}", model.type_name(r), f.item_name())),
        _ => cpp(f.item_name()),
    }
}

fn resource(cpp: &mut Cpp<'_>, interface: &Interface, name: &str, id: TypeId) -> Result<(), Error> {
    let model = cpp.model;
    let def = &model.resolve.types[id];
    let class = pascal(name);
    cpp.include("\"wasm/resource_table.h\"");
    let mut text = docs(&def.docs, "");
    if model.lent.contains(&id) {
        if !def.docs.is_empty() {
            line!(text, "///");
        }
        line!(
            text,
            "/// Events lend it to several calls at once, so its functions are const and thread-safe."
        );
    }
    line!(
        text,
        "class {class} : public wasm::ResourceOf<{class}> {{\n public:"
    );
    let methods = interface.functions.values();
    let methods: Vec<_> = methods
        .filter(|f| f.kind == FunctionKind::Method(id))
        .collect();
    let constant = if model.lent.contains(&id) {
        " const"
    } else {
        ""
    };
    text += &functions(cpp, &methods, constant)?;
    line!(text, "}};");
    cpp.define(&class, def.span, "\n", &text)?;
    Ok(())
}

fn class(cpp: &mut Cpp<'_>, id: InterfaceId) -> Result<(), Error> {
    let model = cpp.model;
    let interface = &model.resolve.interfaces[id];
    let class = class_name(interface);
    let name = cpp.std("string_view", "string_view");
    let mut text = docs(&interface.docs, "");
    if !interface.docs.is_empty() {
        line!(text, "///");
    }
    line!(text, "/// The imports of {}.", model.interface_name(id));
    line!(text, "///");
    line!(
        text,
        "/// Views are valid until the function returns; what the WIT marks as @waiting gets values."
    );
    line!(
        text,
        "/// An Error traps the call with its message; an error that the WIT names is a value inside."
    );
    line!(text, "class {class} {{\n public:");
    line!(
        text,
        "  static constexpr {name} kInterface = \"{}\";",
        model.interface_name(id)
    );
    line!(text, "  static const wasm::ImportTable& imports();");
    line!(text, "\n  virtual ~{class}() = default;\n");
    let is_member = |f: &&Function| !matches!(f.kind, FunctionKind::Method(_));
    let members: Vec<_> = interface.functions.values().filter(is_member).collect();
    text += &functions(cpp, &members, "")?;
    line!(text, "}};");
    cpp.define(&class, interface.span, "\n", &text)?;
    Ok(())
}

/// The declarations, with a blank line before and behind those that are documented.
fn functions(cpp: &mut Cpp<'_>, functions: &[&Function], suffix: &str) -> Result<String, Error> {
    let mut names = BTreeSet::new();
    let mut text = String::new();
    let mut after_documented = false;
    for f in functions {
        if !names.insert(function_name(cpp.model, f)) {
            return Err(cpp
                .model
                .error_at(f.span, "another function has this name in C++"));
        }
        let documented = !f.docs.is_empty();
        if !text.is_empty() && (documented || after_documented) {
            line!(text);
        }
        text += &docs(&f.docs, "  ");
        text += &function(cpp, f, suffix);
        after_documented = documented;
    }
    Ok(text)
}

fn function(cpp: &mut Cpp<'_>, f: &Function, suffix: &str) -> String {
    let model = cpp.model;
    let waiting = model.form(f) == Some(Form::Waiting);
    let mut parameters = vec!["CallContext& call".to_string()];
    // The object itself is the first parameter of a method.
    let skip = usize::from(matches!(f.kind, FunctionKind::Method(_)));
    for p in f.params.iter().skip(skip) {
        let ty = if waiting {
            cpp.kept_parameter(&p.ty)
        } else {
            cpp.parameter(&p.ty)
        };
        parameters.push(format!("{ty} {}", parameter(&p.name, &["call", "reply"])));
    }
    let value = match &f.result {
        Some(t) => cpp.owned(t),
        None => String::new(),
    };
    cpp.include("\"base/result.h\"");
    let returns = if waiting {
        cpp.include("\"wasm/reply.h\"");
        parameters.push(format!("wasm::Reply<{value}> reply"));
        "void".to_string()
    } else {
        format!("Result<{value}>")
    };
    let head = format!("virtual {returns} {}", function_name(model, f));
    call("  ", &head, &parameters, &format!("{suffix} = 0;"))
}
