//! Refuses, with its place in the WIT, what the generators have no form for.

use crate::Error;
use crate::model::{Form, Model};
use std::collections::HashMap;
use wit_parser::*;

/// The most members that a tuple or an argument list may have; rust/host/src/words.rs has as many.
const MAX_TUPLE: usize = 10;

pub fn check(model: &Model) -> Result<(), Error> {
    check_packages(model)?;
    for id in &model.types {
        check_type(model, *id)?;
    }
    for id in &model.imports {
        for f in model.resolve.interfaces[*id].functions.values() {
            check_function(model, f)?;
            check_import(model, f)?;
        }
    }
    for id in &model.exports {
        for f in model.resolve.interfaces[*id].functions.values() {
            check_function(model, f)?;
            check_export(model, f)?;
        }
    }
    Ok(())
}

/// C++ knows packages without their version.
fn check_packages(model: &Model) -> Result<(), Error> {
    let mut known = HashMap::new();
    let owners = model.types.iter().filter_map(|t| model.owner(*t));
    for interface in model
        .imports
        .iter()
        .chain(&model.exports)
        .copied()
        .chain(owners)
    {
        let package = model.package(interface);
        let name = &model.resolve.packages[package].name;
        let first = known
            .entry((&name.namespace, &name.name))
            .or_insert(package);
        if *first != package {
            let span = model.resolve.interfaces[interface].span;
            let what = format!("a second version of {}:{}", name.namespace, name.name);
            return Err(model.error(span, &what));
        }
    }
    Ok(())
}

fn check_type(model: &Model, id: TypeId) -> Result<(), Error> {
    let def = &model.resolve.types[id];
    let fail = |what: &str| Err(model.error(def.span, what));
    if matches!(def.owner, TypeOwner::World(_)) {
        return fail("a type outside an interface");
    }
    match &def.kind {
        TypeDefKind::Future(_) => return fail("a future"),
        TypeDefKind::Stream(_) => return fail("a stream"),
        TypeDefKind::Map(..) => return fail("a map"),
        TypeDefKind::FixedLengthList(..) => return fail("a list of fixed length"),
        TypeDefKind::Unknown => return fail("this type"),
        TypeDefKind::Flags(f) if f.flags.len() > 64 => return fail("a type of more than 64 flags"),
        TypeDefKind::Tuple(t) if t.types.len() > MAX_TUPLE => {
            return fail(&format!("a tuple of more than {MAX_TUPLE} types"));
        }
        TypeDefKind::Resource => return check_resource(model, id),
        TypeDefKind::Handle(Handle::Borrow(_)) if def.name.is_some() => {
            return fail("a name for a borrowed resource");
        }
        TypeDefKind::Handle(_) => return Ok(()),
        _ => {}
    }
    for part in model.parts(id) {
        check_primitive(model, &part, def.span)?;
        if model.borrowed(&part).is_some() {
            let what = match &def.kind {
                TypeDefKind::Type(_) => "a name for a borrowed resource".to_string(),
                TypeDefKind::Option(_) => "a borrowed resource in an option".to_string(),
                kind => format!("a borrowed resource in a {}", kind.as_str()),
            };
            return Err(model.error(place(model, &part, def.span), &what));
        }
    }
    Ok(())
}

fn check_resource(model: &Model, id: TypeId) -> Result<(), Error> {
    let def = &model.resolve.types[id];
    match model.owner(id) {
        Some(owner) if model.imports.contains(&owner) => Ok(()),
        Some(owner) if model.exports.contains(&owner) => {
            Err(model.error(def.span, "a resource that guests define"))
        }
        _ => Err(model.error(def.span, "a resource that another crate links")),
    }
}

fn check_primitive(model: &Model, ty: &Type, span: Span) -> Result<(), Error> {
    match ty {
        Type::ErrorContext => Err(model.error(span, "an error-context")),
        _ => Ok(()),
    }
}

/// Where a type without a name is written; otherwise `span`, where it is used.
fn place(model: &Model, ty: &Type, span: Span) -> Span {
    match ty {
        Type::Id(id) => {
            let def = &model.resolve.types[*id];
            if def.name.is_none() && def.span.is_known() {
                def.span
            } else {
                span
            }
        }
        _ => span,
    }
}

fn check_function(model: &Model, f: &Function) -> Result<(), Error> {
    if f.kind.is_async() {
        return Err(model.error(f.span, "an async function"));
    }
    if f.kind.accessor().is_some() {
        return Err(model.error(f.span, "a getter or setter"));
    }
    if f.params.len() > MAX_TUPLE {
        let what = format!("a function of more than {MAX_TUPLE} parameters");
        return Err(model.error(f.span, &what));
    }
    for p in &f.params {
        check_primitive(model, &p.ty, p.span)?;
    }
    f.result
        .iter()
        .try_for_each(|t| check_primitive(model, t, f.span))
}

fn check_import(model: &Model, f: &Function) -> Result<(), Error> {
    let Some(form) = model.form(f) else {
        let message = "the documentation says both @waiting and @blocking";
        return Err(model.error_at(f.span, message));
    };
    // The table of resources is for the thread of the call, and a reply comes from any.
    match &f.result {
        Some(t) if form == Form::Waiting && model.has_resource(t) => Err(model.error(
            place(model, t, f.span),
            "a resource as the reply of a @waiting function",
        )),
        _ => Ok(()),
    }
}

fn check_export(model: &Model, f: &Function) -> Result<(), Error> {
    for p in &f.params {
        if model.borrowed(&p.ty).is_none() && model.has_resource(&p.ty) {
            let span = place(model, &p.ty, p.span);
            return Err(model.error(span, "a resource that an event gives away"));
        }
    }
    match &f.result {
        Some(t) if model.has_resource(t) => Err(model.error(
            place(model, t, f.span),
            "a resource as the reply to an event",
        )),
        _ => Ok(()),
    }
}
