//! The Rust side: types that Wasmtime lifts and lowers, and their words.
//!
//! A type that holds strings or lists has three forms, made where they are needed:
//!
//! * `V_…`, a view: lifted from guest memory without a copy (arguments of host functions);
//! * `O_…`, owned: lifted into host memory (what exports return);
//! * `W_…`, words: borrowed from C++, to be lowered (arguments of exports, answers of host functions).
//!
//! Every other type has one form, `P_…`, for all of these.

use crate::model::{Model, integer};
use crate::rust_link;
use crate::text::line;
use std::collections::HashSet;
use wit_parser::*;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    Plain,
    View,
    Owned,
    Words,
}

impl Form {
    fn prefix(self) -> &'static str {
        match self {
            Form::Plain => "P_",
            Form::View => "V_",
            Form::Owned => "O_",
            Form::Words => "W_",
        }
    }

    fn derives(self) -> &'static str {
        match self {
            Form::Plain => "ComponentType, Lift, Lower",
            Form::View | Form::Owned => "ComponentType, Lift",
            Form::Words => "ComponentType, Lower",
        }
    }

    fn is_lifted(self) -> bool {
        self != Form::Words
    }

    fn is_read(self) -> bool {
        matches!(self, Form::Words | Form::Plain)
    }
}

/// The text of the module `glue`.
pub fn glue(model: &Model) -> String {
    let mut types = Types {
        model,
        done: HashSet::new(),
        text: String::new(),
    };
    let link = rust_link::link(model, &mut types);
    format!(
        "// Generated from WIT.

use crate::call::{{Export, export}};
use crate::host::{{
    Host, HostFunction, Implementation, Interface, call_later, call_now, drop_resource,
}};
use crate::words::{{Dec, Enc, Reader, Words}};
use wasmtime::component::{{
    ComponentType, Lift, LinkerInstance, Lower, Resource, ResourceType, WasmList, WasmStr,
}};
use wasmtime::{{Result, StoreContext, StoreContextMut, bail}};
{}{link}",
        types.text
    )
}

pub struct Types<'a> {
    model: &'a Model,
    done: HashSet<(TypeId, Form)>,
    text: String,
}

impl Types<'_> {
    /// The name of a type in one of its forms, which is defined if it was not yet.
    pub fn name(&mut self, ty: &Type, form: Form) -> String {
        let model = self.model;
        let ty = model.resolved(ty);
        if let Some(name) = integer(&ty) {
            return name.into();
        }
        let id = match ty {
            Type::Id(id) => id,
            Type::Bool => return "bool".into(),
            Type::F32 => return "f32".into(),
            Type::F64 => return "f64".into(),
            Type::Char => return "char".into(),
            Type::String => return Self::string(form).into(),
            _ => unreachable!("refused by check.rs"),
        };
        match &model.resolve.types[id].kind {
            TypeDefKind::List(t) => self.list(t, form),
            TypeDefKind::Option(t) => format!("Option<{}>", self.name(t, form)),
            TypeDefKind::Result(r) => {
                let mut side = |t: &Option<Type>| match t {
                    Some(t) => self.name(t, form),
                    None => "()".into(),
                };
                format!("std::result::Result<{}, {}>", side(&r.ok), side(&r.err))
            }
            TypeDefKind::Tuple(t) => self.tuple(t.types.iter(), form),
            TypeDefKind::Handle(Handle::Own(r) | Handle::Borrow(r)) => {
                let r = model.resolved_id(*r);
                format!("Resource<{}>", self.define(r, Form::Plain))
            }
            _ => {
                let form = if model.has_memory(&ty) {
                    form
                } else {
                    Form::Plain
                };
                self.define(id, form)
            }
        }
    }

    pub fn tuple<'b>(&mut self, types: impl Iterator<Item = &'b Type>, form: Form) -> String {
        let items: Vec<String> = types.map(|t| self.name(t, form)).collect();
        match &items[..] {
            [one] => format!("({one},)"),
            _ => format!("({})", items.join(", ")),
        }
    }

    fn string(form: Form) -> &'static str {
        match form {
            Form::View => "WasmStr",
            Form::Owned => "String",
            Form::Words => "&'static str",
            Form::Plain => unreachable!("a string has memory"),
        }
    }

    fn list(&mut self, item: &Type, form: Form) -> String {
        match (integer(&self.model.resolved(item)), form) {
            (Some(name), Form::View) => format!("WasmList<{name}>"),
            (Some(name), Form::Words) => format!("&'static [{name}]"),
            _ => format!("Vec<{}>", self.name(item, form)),
        }
    }

    pub fn define(&mut self, id: TypeId, form: Form) -> String {
        let name = format!("{}{}", form.prefix(), self.model.rust_name(id));
        if self.done.insert((id, form)) {
            let model = self.model;
            let definition = match &model.resolve.types[id].kind {
                TypeDefKind::Record(r) => self.record(&name, r, form),
                TypeDefKind::Variant(v) => self.variant(&name, v, form),
                TypeDefKind::Enum(e) => enumeration(&name, e),
                TypeDefKind::Flags(f) => flags(&name, f),
                TypeDefKind::Resource => format!("pub struct {name};\n"),
                _ => unreachable!("only these have names of their own"),
            };
            self.text.push('\n');
            self.text += &definition;
        }
        name
    }

    fn record(&mut self, name: &str, record: &Record, form: Form) -> String {
        let (mut fields, mut write, mut read) = (String::new(), String::new(), String::new());
        for (i, field) in record.fields.iter().enumerate() {
            let ty = self.name(&field.ty, form);
            line!(
                fields,
                "    #[component(name = \"{}\")]\n    f{i}: {ty},",
                field.name
            );
            line!(write, "        self.f{i}.enc(cx, w)?;");
            line!(read, "            f{i}: Dec::dec(r)?,");
        }
        let mut text = format!(
            "#[derive({})]\n#[component(record)]\npub struct {name} {{\n{fields}}}\n",
            form.derives()
        );
        if form.is_lifted() {
            text += &encode(name, &format!("{write}        Ok(())\n"));
        }
        if form.is_read() {
            text += &decode(name, &format!("        Ok(Self {{\n{read}        }})\n"));
        }
        text
    }

    fn variant(&mut self, name: &str, variant: &Variant, form: Form) -> String {
        let (mut cases, mut write, mut read) = (String::new(), String::new(), String::new());
        for (i, case) in variant.cases.iter().enumerate() {
            line!(cases, "    #[component(name = \"{}\")]", case.name);
            if let Some(ty) = &case.ty {
                line!(cases, "    C{i}({}),", self.name(ty, form));
                line!(write, "            Self::C{i}(v) => {{");
                line!(
                    write,
                    "                w.put({i});\n                v.enc(cx, w)"
                );
                line!(write, "            }}");
                line!(read, "            {i} => Self::C{i}(Dec::dec(r)?),");
            } else {
                line!(cases, "    C{i},");
                line!(write, "            Self::C{i} => {{");
                line!(write, "                w.put({i});\n                Ok(())");
                line!(write, "            }}");
                line!(read, "            {i} => Self::C{i},");
            }
        }
        let mut text = format!(
            "#[derive({})]\n#[component(variant)]\npub enum {name} {{\n{cases}}}\n",
            form.derives()
        );
        if form.is_lifted() {
            text += &encode(name, &format!("        match self {{\n{write}        }}\n"));
        }
        if form.is_read() {
            text += &decode(name, &choose(name, &read));
        }
        text
    }
}

fn enumeration(name: &str, e: &Enum) -> String {
    let repr = if e.cases.len() <= 256 { "u8" } else { "u16" };
    let (mut cases, mut read) = (String::new(), String::new());
    for (i, case) in e.cases.iter().enumerate() {
        line!(
            cases,
            "    #[component(name = \"{}\")]\n    C{i},",
            case.name
        );
        line!(read, "            {i} => Self::C{i},");
    }
    format!(
        "#[derive(ComponentType, Lift, Lower, Clone, Copy)]\n#[component(enum)]\n\
         #[repr({repr})]\npub enum {name} {{\n{cases}}}\n{}{}",
        encode(name, "        w.put(*self as u64);\n        Ok(())\n"),
        decode(name, &choose(name, &read))
    )
}

fn flags(name: &str, f: &Flags) -> String {
    let (mut cases, mut write, mut read) = (String::new(), String::new(), String::new());
    for (i, flag) in f.flags.iter().enumerate() {
        line!(
            cases,
            "        #[component(name = \"{}\")]\n        const F{i};",
            flag.name
        );
        line!(
            write,
            "        bits |= (self.contains(Self::F{i}) as u64) << {i};"
        );
        line!(
            read,
            "        if bits >> {i} & 1 != 0 {{\n            flags |= Self::F{i};\n        }}"
        );
    }
    format!(
        "wasmtime::component::flags! {{\n    {name} {{\n{cases}    }}\n}}\n{}{}",
        encode(
            name,
            &format!("        let mut bits = 0u64;\n{write}        w.put(bits);\n        Ok(())\n")
        ),
        decode(
            name,
            &format!(
                "        let bits = r.get()?;\n        let mut flags = Self::default();\n\
                 {read}        Ok(flags)\n"
            )
        )
    )
}

fn choose(name: &str, cases: &str) -> String {
    format!(
        "        Ok(match r.get()? {{\n{cases}            _ => bail!(\"{name} has no such case\"),\n        }})\n"
    )
}

fn encode(name: &str, body: &str) -> String {
    let cx = if body.contains("cx") { "cx" } else { "_" };
    format!(
        "impl Enc for {name} {{\n    fn enc(&self, {cx}: &StoreContext<'_, Host>, w: &mut Words) -> Result<()> {{\n{body}    }}\n}}\n"
    )
}

fn decode(name: &str, body: &str) -> String {
    format!(
        "impl Dec for {name} {{\n    fn dec(r: &mut Reader<'_>) -> Result<Self> {{\n{body}    }}\n}}\n"
    )
}
