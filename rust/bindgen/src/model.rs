//! What the generators know of a world.

use crate::Error;
use crate::names::snake;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use wit_parser::*;

/// Interfaces of these namespaces are linked from crates; only the types that ours use are generated.
const LINKED_FROM_CRATES: &[&str] = &["wasi"];

/// How a host function runs, named by a word in the documentation of its WIT function.
#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    Quick,
    Waiting,
    Blocking,
}

pub struct Model {
    pub resolve: Resolve,
    /// Whose functions the engine answers, in the world's order.
    pub imports: Vec<InterfaceId>,
    /// Whose functions the engine calls.
    pub exports: Vec<InterfaceId>,
    /// All types, each behind those that it is made of.
    pub types: Vec<TypeId>,
    /// The resources that events carry.
    pub lent: HashSet<TypeId>,
}

impl Model {
    /// Also returns the files that were read.
    pub fn load(wit: &Path, world: &str) -> Result<(Model, Vec<PathBuf>), Error> {
        let mut resolve = Resolve::new();
        let (package, sources) = resolve
            .push_dir(wit)
            .map_err(|e| Error::new(resolve.render_error(&e)))?;
        let inputs = sources.paths().map(Path::to_path_buf).collect();
        let Some(&world) = resolve.packages[package].worlds.get(world) else {
            return Err(Error::new(format!(
                "{}: there is no world '{world}'",
                wit.display()
            )));
        };
        let world = resolve.worlds[world].clone();
        let mut model = Model {
            resolve,
            imports: Vec::new(),
            exports: Vec::new(),
            types: Vec::new(),
            lent: HashSet::new(),
        };
        model.imports = model.interfaces(world.imports.values())?;
        model.exports = model.interfaces(world.exports.values())?;
        model.collect_types();
        model.collect_lent();
        Ok((model, inputs))
    }

    fn interfaces<'a>(
        &self,
        items: impl Iterator<Item = &'a WorldItem>,
    ) -> Result<Vec<InterfaceId>, Error> {
        let mut found = Vec::new();
        for item in items {
            let WorldItem::Interface { id, span, .. } = item else {
                return Err(self.error(item.span(), "a function or type outside an interface"));
            };
            let interface = &self.resolve.interfaces[*id];
            let (Some(package), Some(_)) = (interface.package, &interface.name) else {
                return Err(self.error(*span, "an interface without a name of its own"));
            };
            let namespace = self.resolve.packages[package].name.namespace.as_str();
            if !LINKED_FROM_CRATES.contains(&namespace) {
                found.push(*id);
            }
        }
        Ok(found)
    }

    /// `what` is not supported.
    pub fn error(&self, span: Span, what: &str) -> Error {
        self.error_at(span, format!("{what} is not supported"))
    }

    pub fn error_at(&self, span: Span, message: impl Into<String>) -> Error {
        Error::at(self.resolve.render_location(span), message)
    }

    // What types are reached, in the order of their definition.

    fn collect_types(&mut self) {
        let mut reached = Vec::new();
        let mut seen = HashSet::new();
        for id in self.imports.iter().chain(&self.exports) {
            let interface = &self.resolve.interfaces[*id];
            for ty in interface.types.values() {
                self.reach(Type::Id(*ty), &mut seen, &mut reached);
            }
            for f in interface.functions.values() {
                f.parameter_and_result_types()
                    .for_each(|t| self.reach(t, &mut seen, &mut reached));
            }
        }
        self.types = reached;
    }

    fn reach(&self, ty: Type, seen: &mut HashSet<TypeId>, reached: &mut Vec<TypeId>) {
        let Type::Id(id) = ty else { return };
        if !seen.insert(id) {
            return;
        }
        for part in self.parts(id) {
            self.reach(part, seen, reached);
        }
        reached.push(id);
    }

    /// The types that a type is directly made of.
    pub fn parts(&self, id: TypeId) -> Vec<Type> {
        match &self.resolve.types[id].kind {
            TypeDefKind::Record(r) => r.fields.iter().map(|f| f.ty).collect(),
            TypeDefKind::Tuple(t) => t.types.clone(),
            TypeDefKind::Variant(v) => v.cases.iter().filter_map(|c| c.ty).collect(),
            TypeDefKind::Result(r) => [r.ok, r.err].into_iter().flatten().collect(),
            TypeDefKind::Option(t) | TypeDefKind::List(t) | TypeDefKind::Type(t) => vec![*t],
            TypeDefKind::Handle(Handle::Own(r) | Handle::Borrow(r)) => vec![Type::Id(*r)],
            TypeDefKind::FixedLengthList(t, _) => vec![*t],
            TypeDefKind::Map(k, v) => vec![*k, *v],
            TypeDefKind::Future(t) | TypeDefKind::Stream(t) => t.iter().copied().collect(),
            TypeDefKind::Resource
            | TypeDefKind::Enum(_)
            | TypeDefKind::Flags(_)
            | TypeDefKind::Unknown => Vec::new(),
        }
    }

    fn collect_lent(&mut self) {
        let mut lent = HashSet::new();
        for id in &self.exports {
            for f in self.resolve.interfaces[*id].functions.values() {
                lent.extend(f.params.iter().filter_map(|p| self.borrowed(&p.ty)));
            }
        }
        self.lent = lent;
    }

    // Questions about types.

    /// The type behind aliases and `use`.
    pub fn resolved(&self, ty: &Type) -> Type {
        match ty {
            Type::Id(id) => match &self.resolve.types[*id].kind {
                TypeDefKind::Type(t) => self.resolved(t),
                _ => *ty,
            },
            _ => *ty,
        }
    }

    pub fn resolved_id(&self, id: TypeId) -> TypeId {
        match self.resolved(&Type::Id(id)) {
            Type::Id(id) => id,
            _ => id,
        }
    }

    /// The kind behind aliases, of a type that is not primitive.
    pub fn kind(&self, ty: &Type) -> Option<&TypeDefKind> {
        match self.resolved(ty) {
            Type::Id(id) => Some(&self.resolve.types[id].kind),
            _ => None,
        }
    }

    /// The resource, if the type is a borrow of one.
    pub fn borrowed(&self, ty: &Type) -> Option<TypeId> {
        match self.kind(ty)? {
            TypeDefKind::Handle(Handle::Borrow(r)) => Some(self.resolved_id(*r)),
            _ => None,
        }
    }

    /// Whether `found` holds for the type or for one that it is made of. Resources end the search.
    pub fn any(&self, ty: &Type, found: &impl Fn(&Type) -> bool) -> bool {
        let ty = self.resolved(ty);
        if found(&ty) {
            return true;
        }
        match ty {
            Type::Id(id) => self.parts(id).iter().any(|t| self.any(t, found)),
            _ => false,
        }
    }

    pub fn has_resource(&self, ty: &Type) -> bool {
        self.any(ty, &|t| {
            matches!(self.kind(t), Some(TypeDefKind::Handle(_)))
        })
    }

    /// Whether the form of the type depends on who owns its memory.
    pub fn has_memory(&self, ty: &Type) -> bool {
        self.any(ty, &|t| {
            *t == Type::String || matches!(self.kind(t), Some(TypeDefKind::List(_)))
        })
    }

    // Names.

    pub fn package(&self, id: InterfaceId) -> PackageId {
        self.resolve.interfaces[id]
            .package
            .expect("checked when loaded")
    }

    /// `hermes:kv-store/api`
    pub fn interface_name(&self, id: InterfaceId) -> String {
        let package = &self.resolve.packages[self.package(id)].name;
        let name = self.resolve.interfaces[id]
            .name
            .as_ref()
            .expect("checked when loaded");
        let version = package
            .version
            .as_ref()
            .map_or(String::new(), |v| format!("@{v}"));
        format!("{}:{}/{name}{version}", package.namespace, package.name)
    }

    /// The interface that defines the type. World types are refused when loaded.
    pub fn owner(&self, id: TypeId) -> Option<InterfaceId> {
        match self.resolve.types[id].owner {
            TypeOwner::Interface(interface) => Some(interface),
            _ => None,
        }
    }

    pub fn type_name(&self, id: TypeId) -> &str {
        self.resolve.types[id]
            .name
            .as_deref()
            .expect("the type has a name")
    }

    /// `hermes_kv_store_api_kv_values`
    pub fn rust_name(&self, id: TypeId) -> String {
        let owner = self.owner(id).expect("a named type has an interface");
        format!(
            "{}_{}",
            self.rust_interface(owner),
            snake(self.type_name(id))
        )
    }

    /// `hermes_kv_store_api`
    pub fn rust_interface(&self, id: InterfaceId) -> String {
        let package = &self.resolve.packages[self.package(id)].name;
        let name = self.resolve.interfaces[id]
            .name
            .as_ref()
            .expect("checked when loaded");
        snake(&format!("{}_{}_{name}", package.namespace, package.name))
    }

    /// How the function runs; None if it asks for two forms.
    pub fn form(&self, f: &Function) -> Option<Form> {
        let docs = f.docs.contents.as_deref().unwrap_or("");
        let has = |word| {
            docs.split_whitespace()
                .any(|w| w.trim_end_matches(['.', ',', ';', ':']) == word)
        };
        match (has("@waiting"), has("@blocking")) {
            (false, false) => Some(Form::Quick),
            (true, false) => Some(Form::Waiting),
            (false, true) => Some(Form::Blocking),
            (true, true) => None,
        }
    }
}

/// Rust's name of an integer type, of which lists cross as one block.
pub fn integer(ty: &Type) -> Option<&'static str> {
    Some(match ty {
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S8 => "i8",
        Type::S16 => "i16",
        Type::S32 => "i32",
        Type::S64 => "i64",
        _ => return None,
    })
}
