//! The C++ side: types.

use crate::Error;
use crate::cpp::Cpp;
use crate::model::integer;
use crate::names::{cpp, pascal};
use crate::text::{docs, line};
use std::collections::BTreeSet;
use wit_parser::*;

impl Cpp<'_> {
    // Type expressions.

    /// A type whose values own what they hold.
    pub fn owned(&mut self, ty: &Type) -> String {
        let id = match ty {
            Type::Bool => return "bool".into(),
            Type::F32 => return "float".into(),
            Type::F64 => return "double".into(),
            Type::Char => return "char32_t".into(),
            Type::String => return self.std("string", "string"),
            Type::Id(id) => *id,
            ty => return self.integer(ty).expect("checked in check.rs"),
        };
        match self.model.resolve.types[id].name {
            Some(_) => self.type_name(id),
            None => self.unnamed(id),
        }
    }

    /// What a type is, whatever its name.
    fn unnamed(&mut self, id: TypeId) -> String {
        let model = self.model;
        match &model.resolve.types[id].kind {
            TypeDefKind::List(t) => format!("{}<{}>", self.std("vector", "vector"), self.owned(t)),
            TypeDefKind::Option(t) => {
                format!("{}<{}>", self.std("optional", "optional"), self.owned(t))
            }
            TypeDefKind::Tuple(t) => {
                let items: Vec<_> = t.types.iter().map(|t| self.owned(t)).collect();
                format!("{}<{}>", self.std("tuple", "tuple"), items.join(", "))
            }
            TypeDefKind::Result(r) => {
                self.include("\"base/expected.h\"");
                format!(
                    "Expected<{}, {}>",
                    self.or_void(&r.ok),
                    self.or_void(&r.err)
                )
            }
            TypeDefKind::Handle(Handle::Own(r)) => {
                format!(
                    "{}<{}>",
                    self.std("memory", "unique_ptr"),
                    self.type_name(*r)
                )
            }
            // Only in the arguments of an event, which lends it.
            TypeDefKind::Handle(Handle::Borrow(r)) => {
                format!(
                    "{}<const {}>",
                    self.std("memory", "shared_ptr"),
                    self.type_name(*r)
                )
            }
            _ => unreachable!("checked in check.rs"),
        }
    }

    pub fn or_void(&mut self, ty: &Option<Type>) -> String {
        ty.as_ref().map_or("void".into(), |t| self.owned(t))
    }

    /// The type of a parameter that need not outlive the call.
    pub fn parameter(&mut self, ty: &Type) -> String {
        let model = self.model;
        if let Some(view) = self.view(ty) {
            return view;
        }
        match model.kind(ty) {
            Some(TypeDefKind::Option(t)) => match self.view(t) {
                Some(view) => format!("{}<{view}>", self.std("optional", "optional")),
                None => self.owned(ty),
            },
            Some(TypeDefKind::Handle(Handle::Borrow(_))) => self.reference(ty),
            _ => self.owned(ty),
        }
    }

    /// The type of a parameter that outlives the call.
    pub fn kept_parameter(&mut self, ty: &Type) -> String {
        match self.model.borrowed(ty) {
            Some(_) => self.reference(ty),
            None => self.owned(ty),
        }
    }

    /// A borrowed resource. One that events lend is shared, and read only.
    fn reference(&mut self, ty: &Type) -> String {
        let resource = self.model.borrowed(ty).expect("only called for these");
        let constant = if self.model.lent.contains(&resource) {
            "const "
        } else {
            ""
        };
        format!("{constant}{}&", self.type_name(resource))
    }

    fn view(&mut self, ty: &Type) -> Option<String> {
        let model = self.model;
        if model.resolved(ty) == Type::String {
            return Some(self.std("string_view", "string_view"));
        }
        match model.kind(ty)? {
            TypeDefKind::List(item) => {
                let item = self.integer(&model.resolved(item))?;
                Some(format!("{}<const {item}>", self.std("span", "span")))
            }
            _ => None,
        }
    }

    fn integer(&mut self, ty: &Type) -> Option<String> {
        let rust = integer(ty)?;
        let unsigned = if rust.starts_with('u') { "u" } else { "" };
        Some(self.std("cstdint", &format!("{unsigned}int{}_t", &rust[1..])))
    }

    // Definitions.

    /// All types of the package that have a name, but resources only by name.
    pub fn define_types(&mut self) -> Result<(), Error> {
        let model = self.model;
        let of_package = |id: &TypeId| {
            let owner = model.owner(*id);
            model.resolve.types[*id].name.is_some()
                && owner.is_some_and(|i| model.package(i) == self.package)
        };
        let types: Vec<TypeId> = model.types.iter().copied().filter(of_package).collect();
        let is_resource =
            |id: &TypeId| matches!(model.resolve.types[*id].kind, TypeDefKind::Resource);
        let (resources, types): (Vec<_>, Vec<_>) = types.into_iter().partition(is_resource);
        if !resources.is_empty() {
            line!(self.body);
        }
        for id in resources {
            line!(self.body, "class {};", pascal(model.type_name(id)));
        }
        let mut after_alias = false;
        for id in types {
            let def = &model.resolve.types[id];
            let name = pascal(model.type_name(id));
            let text = match &def.kind {
                TypeDefKind::Record(r) => self.record(&name, r),
                TypeDefKind::Variant(v) => {
                    self.variant(&name, &cpp(model.type_name(id)), v, def.span)?
                }
                TypeDefKind::Enum(e) => self.enumeration(&name, e, def.span)?,
                TypeDefKind::Flags(f) => self.flags(&name, f, def.span)?,
                // What a name stands for, also where `use` brings a name from elsewhere.
                _ => match self.alias(id, &name) {
                    Some(text) => text,
                    None => continue,
                },
            };
            let is_alias = text.starts_with("using");
            let text = docs(&def.docs, "") + &text;
            let gap = if after_alias && is_alias { "" } else { "\n" };
            if self.define(&name, def.span, gap, &text)? {
                after_alias = is_alias;
            }
        }
        Ok(())
    }

    fn alias(&mut self, id: TypeId, name: &str) -> Option<String> {
        let TypeDefKind::Type(target) = &self.model.resolve.types[id].kind else {
            // `type path = list<u8>` is the list itself, with a name.
            let unnamed = self.unnamed(id);
            return Some(format!("using {name} = {unnamed};\n"));
        };
        let target = match target {
            Type::Id(t) => self.type_name(*t),
            t => self.owned(t),
        };
        (target != name).then(|| format!("using {name} = {target};\n"))
    }

    fn record(&mut self, name: &str, record: &Record) -> String {
        let mut text = format!("struct {name} {{\n");
        let mut members = Vec::new();
        for field in &record.fields {
            let member = cpp(&field.name);
            text += &docs(&field.docs, "  ");
            line!(text, "  {} {member};", self.owned(&field.ty));
            members.push(member);
        }
        self.reflect_members(name, &members);
        let types: Vec<_> = record.fields.iter().map(|f| f.ty).collect();
        if let Some(comparison) = self.comparison(name, &types) {
            line!(text, "\n  {comparison}");
        }
        text + "};\n"
    }

    fn variant(
        &mut self,
        name: &str,
        snake: &str,
        variant: &Variant,
        span: Span,
    ) -> Result<String, Error> {
        let clash = self.packages.contains(snake);
        let namespace = if clash {
            format!("{snake}_")
        } else {
            snake.to_string()
        };
        let cases: BTreeSet<_> = variant.cases.iter().map(|c| pascal(&c.name)).collect();
        if cases.len() < variant.cases.len() {
            return Err(self.same_case(span));
        }
        let mut text = format!("namespace {namespace} {{\n");
        self.hiding(cases, |cpp| {
            for case in &variant.cases {
                let case_name = pascal(&case.name);
                text += &docs(&case.docs, "");
                line!(text, "struct {case_name} {{");
                if let Some(t) = &case.ty {
                    line!(text, "  {} value;", cpp.owned(t));
                }
                let types: Vec<_> = case.ty.into_iter().collect();
                if let Some(comparison) = cpp.comparison(&case_name, &types) {
                    line!(text, "  {comparison}");
                }
                line!(text, "}};");
            }
        });
        line!(text, "}}  // namespace {namespace}");
        let list: Vec<_> = variant
            .cases
            .iter()
            .map(|c| format!("{namespace}::{}", pascal(&c.name)))
            .collect();
        let variant = self.std("variant", "variant");
        let one_line = format!("using {name} = {variant}<{}>;", list.join(", "));
        if one_line.len() <= 100 {
            line!(text, "{one_line}");
        } else {
            line!(
                text,
                "using {name} = {variant}<\n    {}>;",
                list.join(",\n    ")
            );
        }
        Ok(text)
    }

    fn enumeration(&mut self, name: &str, e: &Enum, span: Span) -> Result<String, Error> {
        let bits = if e.cases.len() <= 256 { 8 } else { 16 };
        let repr = self.std("cstdint", &format!("uint{bits}_t"));
        let mut text = format!("enum class {name} : {repr} {{\n");
        let mut cases = BTreeSet::new();
        for case in &e.cases {
            let case_name = pascal(&case.name);
            text += &docs(&case.docs, "  ");
            line!(text, "  {case_name},");
            if !cases.insert(case_name) {
                return Err(self.same_case(span));
            }
        }
        self.reflect_count("kCaseCount", name, e.cases.len());
        Ok(text + "};\n")
    }

    fn flags(&mut self, name: &str, f: &Flags, span: Span) -> Result<String, Error> {
        let bits = [8, 16, 32]
            .into_iter()
            .find(|b| f.flags.len() <= *b)
            .unwrap_or(64);
        let repr = self.std("cstdint", &format!("uint{bits}_t"));
        let mut text = format!("enum class {name} : {repr} {{\n");
        let mut cases = BTreeSet::new();
        for (i, flag) in f.flags.iter().enumerate() {
            let case_name = pascal(&flag.name);
            text += &docs(&flag.docs, "  ");
            let one = if bits == 64 { "std::uint64_t{1}" } else { "1U" };
            line!(text, "  {case_name} = {one} << {i},");
            if !cases.insert(case_name) {
                return Err(self.same_case(span));
            }
        }
        line!(text, "}};");
        for op in ["|", "&"] {
            line!(text, "constexpr {name} operator{op}({name} a, {name} b) {{");
            line!(
                text,
                "  return static_cast<{name}>(static_cast<{repr}>(a) {op} static_cast<{repr}>(b));"
            );
            line!(text, "}}");
        }
        self.reflect_count("kFlagCount", name, f.flags.len());
        Ok(text)
    }

    fn same_case(&self, span: Span) -> Error {
        self.model
            .error_at(span, "two of its names are the same in C++")
    }

    /// The defaulted comparison that members of these types allow.
    pub fn comparison(&mut self, name: &str, types: &[Type]) -> Option<String> {
        let model = self.model;
        let is_result = |t: &Type| matches!(model.kind(t), Some(TypeDefKind::Result(_)));
        if types.iter().any(|t| model.has_resource(t)) {
            None
        } else if types.iter().any(|t| model.any(t, &is_result)) {
            Some(format!("bool operator==(const {name}&) const = default;"))
        } else {
            self.include("<compare>");
            Some(format!("auto operator<=>(const {name}&) const = default;"))
        }
    }

    // Reflection.

    pub fn reflect_members(&mut self, name: &str, members: &[String]) {
        self.include("<tuple>");
        self.include("\"wasm/reflect.h\"");
        let name = format!("wit::{}::{name}", self.namespace);
        let list: Vec<_> = members.iter().map(|m| format!("&{name}::{m}")).collect();
        line!(
            self.reflection,
            "template <>\ninline constexpr auto kMembers<{name}> ="
        );
        self.reflection += &crate::text::call("    ", "std::tuple", &list, ";");
    }

    fn reflect_count(&mut self, variable: &str, name: &str, count: usize) {
        self.include("\"wasm/reflect.h\"");
        let name = format!("wit::{}::{name}", self.namespace);
        line!(self.reflection, "template <>");
        line!(
            self.reflection,
            "inline constexpr std::uint64_t {variable}<{name}> = {count};"
        );
    }
}
