//! The C++ side: a header and a source for each package.
//!
//! ```text
//! hermes:kv-store    wit/hermes/kv_store.h     namespace hermes::wit::kv_store
//! wasi:clocks        wit/wasi/clocks.h         namespace hermes::wit::wasi::clocks
//! ```
//!
//! | WIT                | C++                                                                       |
//! |--------------------|---------------------------------------------------------------------------|
//! | record             | struct, its members in order                                              |
//! | enum, flags        | enum class; flags are its bits                                            |
//! | variant            | std::variant of structs in a namespace named after it, payload in `value` |
//! | option, tuple      | std::optional, std::tuple                                                 |
//! | result             | hermes::Expected                                                          |
//! | list, string       | std::vector, std::string                                                  |
//! | type, use          | using                                                                     |
//! | resource           | abstract class; own is a std::unique_ptr, borrow a reference              |
//! | imported interface | abstract class; constructors and static functions are members of it       |
//! | exported function  | struct of its arguments: an event                                         |
//!
//! Names are PascalCase for types, cases and flags, snake_case for the rest; what C++ reserves gets an
//! underscore. Parameters are views where they can be: of strings, lists of integers, and options of
//! these. The parameters of a @waiting function outlive the call of it, so they are values.

use crate::Error;
use crate::cpp_event;
use crate::cpp_interface;
use crate::model::Model;
use crate::names;
use crate::text::line;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use wit_parser::*;

/// The C++ files of all packages.
pub fn files(model: &Model) -> Result<Vec<(PathBuf, String)>, Error> {
    let mut files = Vec::new();
    for package in packages(model) {
        let of_package = |id: &&InterfaceId| model.package(**id) == package;
        let imports: Vec<_> = model.imports.iter().filter(of_package).copied().collect();
        let exports: Vec<_> = model.exports.iter().filter(of_package).copied().collect();

        let mut cpp = Cpp::new(model, package);
        cpp.define_types()?;
        cpp_interface::define(&mut cpp, &imports)?;
        cpp_event::define(&mut cpp, &exports)?;
        let path = header_path(model, package);
        files.push((PathBuf::from(&path), cpp.header()));
        if !imports.is_empty() || !exports.is_empty() {
            let source = cpp_interface::source(model, &imports);
            files.push((
                PathBuf::from(&path).with_extension("cc"),
                wrap_source(&cpp, &path, &source),
            ));
        }
    }
    Ok(files)
}

fn packages(model: &Model) -> Vec<PackageId> {
    let mut packages = Vec::new();
    let owners = model.types.iter().filter_map(|t| model.owner(*t));
    for interface in model
        .imports
        .iter()
        .chain(&model.exports)
        .copied()
        .chain(owners)
    {
        let package = model.package(interface);
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    packages
}

fn wrap_source(cpp: &Cpp<'_>, header: &str, body: &str) -> String {
    let mut text = format!("// {}\n\n#include \"wit/{header}\"\n", cpp.origin());
    if !body.is_empty() {
        let namespace = format!("hermes::wit::{}", cpp.namespace);
        line!(text, "\n#include <iterator>");
        line!(
            text,
            "\n#include \"runtime/call_context.h\"\n#include \"wasm/shim.h\""
        );
        line!(
            text,
            "\nnamespace {namespace} {{\n{body}\n}}  // namespace {namespace}"
        );
    }
    text
}

/// `hermes/kv_store.h`
fn header_path(model: &Model, package: PackageId) -> String {
    let name = &model.resolve.packages[package].name;
    format!(
        "{}/{}.h",
        names::snake(&name.namespace),
        names::snake(&name.name)
    )
}

/// Below hermes::wit: `kv_store`, `wasi::clocks`.
fn namespace(model: &Model, package: PackageId) -> String {
    let name = &model.resolve.packages[package].name;
    match name.namespace.as_str() {
        "hermes" => names::cpp(&name.name),
        other => format!("{}::{}", names::cpp(other), names::cpp(&name.name)),
    }
}

/// One header in the making.
pub struct Cpp<'a> {
    pub model: &'a Model,
    pub package: PackageId,
    pub namespace: String,
    /// Definitions, inside the namespace of the package.
    pub body: String,
    /// Specialisations of what wasm/reflect.h declares.
    pub reflection: String,
    /// The first names of namespaces, which no other namespace may have.
    pub packages: BTreeSet<String>,
    includes: BTreeSet<String>,
    names: HashMap<String, String>,
    hidden: BTreeSet<String>,
}

impl<'a> Cpp<'a> {
    fn new(model: &'a Model, package: PackageId) -> Self {
        let first = |p| namespace(model, p).split("::").next().map(str::to_string);
        let mut packages: BTreeSet<_> = packages(model).into_iter().filter_map(first).collect();
        packages.extend(["hermes", "runtime", "std", "wasm", "wit"].map(str::to_string));
        let names = HashMap::from([("CallContext".to_string(), String::new())]);
        Cpp {
            model,
            package,
            namespace: namespace(model, package),
            body: String::new(),
            reflection: String::new(),
            packages,
            includes: BTreeSet::new(),
            names,
            hidden: BTreeSet::new(),
        }
    }

    /// `<tuple>` or `"base/result.h"`
    pub fn include(&mut self, header: &str) {
        self.includes.insert(header.to_string());
    }

    /// Includes the header and returns the name, for type expressions.
    pub fn std(&mut self, header: &str, name: &str) -> String {
        self.include(&format!("<{header}>"));
        format!("std::{name}")
    }

    /// Appends a gap and the definition of a name, unless the same one is there already.
    pub fn define(
        &mut self,
        name: &str,
        span: Span,
        gap: &str,
        definition: &str,
    ) -> Result<bool, Error> {
        match self.names.get(name) {
            Some(known) if known == definition => Ok(false),
            Some(_) => {
                let message = format!("another '{name}' is in the C++ namespace of the package");
                Err(self.model.error_at(span, message))
            }
            None => {
                self.names.insert(name.to_string(), definition.to_string());
                self.body.push_str(gap);
                self.body.push_str(definition);
                Ok(true)
            }
        }
    }

    pub fn is_defined(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Within `f`, these names of types are something else.
    pub fn hiding<R>(&mut self, names: BTreeSet<String>, f: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.hidden, names);
        let result = f(self);
        self.hidden = before;
        result
    }

    /// How this header refers to a named type.
    pub fn type_name(&mut self, id: TypeId) -> String {
        let model = self.model;
        let owner = model.owner(id).expect("checked in check.rs");
        let package = model.package(owner);
        let name = names::pascal(model.type_name(id));
        if package != self.package {
            self.include(&format!("\"wit/{}\"", header_path(model, package)));
            format!("{}::{name}", namespace(model, package))
        } else if self.hidden.contains(&name) {
            format!("{}::{name}", self.namespace)
        } else {
            name
        }
    }

    fn origin(&self) -> String {
        let name = &self.model.resolve.packages[self.package].name;
        format!(
            "Generated from the WIT package {}:{}.",
            name.namespace, name.name
        )
    }

    fn header(&self) -> String {
        let mut text = format!("#pragma once\n\n// {}\n\n", self.origin());
        let (ours, std): (Vec<_>, Vec<_>) = self.includes.iter().partition(|i| i.starts_with('"'));
        for group in [std, ours].into_iter().filter(|group| !group.is_empty()) {
            group.iter().for_each(|i| line!(text, "#include {i}"));
            line!(text);
        }
        if self.body.contains("CallContext") {
            text += "namespace hermes::runtime {\nclass CallContext;\n}\n\n";
        }
        if self.body.contains("wasm::ImportTable") {
            text += "namespace hermes::wasm {\nstruct ImportTable;\n}\n\n";
        }
        let namespace = format!("hermes::wit::{}", self.namespace);
        line!(text, "namespace {namespace} {{");
        if self.body.contains("CallContext") {
            line!(text, "\nusing runtime::CallContext;");
        }
        line!(text, "{}\n}}  // namespace {namespace}", self.body);
        if !self.reflection.is_empty() {
            line!(text, "\nnamespace hermes::wasm {{\n\n{}", self.reflection);
            line!(text, "}}  // namespace hermes::wasm");
        }
        text
    }
}
