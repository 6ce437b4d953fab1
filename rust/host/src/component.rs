//! Components: compiled, loaded, described and linked.

use crate::budget::{Purse, hermes_budget};
use crate::call::all_exports;
use crate::engine::{hermes_engine, link};
use crate::error::{guard, hermes_error};
use crate::glue::INTERFACES;
use crate::host::{Host, hermes_callbacks};
use std::ffi::c_void;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker};
use wasmtime::{Engine, Result, bail};

/// Bytes that Rust owns.
#[repr(C)]
pub struct hermes_bytes {
    pub data: *const u8,
    pub len: usize,
    pub capacity: usize,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_bytes_free(bytes: hermes_bytes) {
    drop(unsafe { Vec::from_raw_parts(bytes.data.cast_mut(), bytes.len, bytes.capacity) })
}

pub struct hermes_component(Component);

/// A component linked to an engine, ready to be instantiated.
pub struct hermes_instance_pre {
    pub pre: InstancePre<Host>,
    pub callbacks: hermes_callbacks,
    /// Of the app.
    pub memory: Arc<Purse>,
    pub engine_memory: Arc<Purse>,
    /// In the order of `all_exports`: where the component has that function.
    pub exports: Vec<Option<ComponentExportIndex>>,
}

/// Machine code for engines with the settings of this one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_compile(
    engine: *const hermes_engine,
    component: *const u8,
    len: usize,
    out: *mut hermes_bytes,
) -> *mut hermes_error {
    unsafe {
        guard(out, || {
            let component = std::slice::from_raw_parts(component, len);
            let mut code = (*engine).engine.precompile_component(component)?;
            code.shrink_to_fit();
            let code = std::mem::ManuallyDrop::new(code);
            Ok(hermes_bytes {
                data: code.as_ptr(),
                len: code.len(),
                capacity: code.capacity(),
            })
        })
    }
}

/// Stands for everything that machine code depends on besides the component: the version of
/// Wasmtime, the settings, the features of this CPU.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_engine_compatibility(engine: *const hermes_engine) -> u64 {
    let mut hasher = DefaultHasher::new();
    unsafe {
        (*engine)
            .engine
            .precompile_compatibility_hash()
            .hash(&mut hasher)
    };
    hasher.finish()
}

/// Maps the file of machine code behind a descriptor, which can be closed afterwards. The file is
/// one that `hermes_compile` made, and nobody changes it while it is mapped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_component_load(
    engine: *const hermes_engine,
    descriptor: i32,
    out: *mut *mut hermes_component,
) -> *mut hermes_error {
    unsafe {
        guard(out, || {
            let path = format!("/proc/self/fd/{descriptor}");
            let component = Component::deserialize_file(&(*engine).engine, path)?;
            Ok(Box::into_raw(Box::new(hermes_component(component))))
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_component_free(component: *mut hermes_component) {
    drop(unsafe { Box::from_raw(component) })
}

/// The pages, of 64 KiB, that the largest memory of an instance begins with; 0 where it has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_component_first_memory(component: *const hermes_component) -> u64 {
    let component = unsafe { &(*component).0 };
    let required = component.resources_required();
    required
        .and_then(|all| all.max_initial_memory_size)
        .unwrap_or(0)
}

/// Receives `len` bytes of UTF-8 that end with the call.
pub type hermes_visit =
    unsafe extern "C" fn(env: *mut c_void, is_export: bool, name: *const u8, len: usize);

/// Names each imported and exported function: "hermes:cron/api#add". An interface without functions
/// is named alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_component_describe(
    engine: *const hermes_engine,
    component: *const hermes_component,
    visit: hermes_visit,
    env: *mut c_void,
) {
    let (engine, component) = unsafe { (&(*engine).engine, &(*component).0) };
    let ty = component.component_type();
    for (name, item) in ty.imports(engine) {
        for name in functions(engine, name, &item.ty) {
            unsafe { visit(env, false, name.as_ptr(), name.len()) }
        }
    }
    for (name, item) in ty.exports(engine) {
        for name in functions(engine, name, &item.ty) {
            unsafe { visit(env, true, name.as_ptr(), name.len()) }
        }
    }
}

fn functions(engine: &Engine, name: &str, item: &ComponentItem) -> Vec<String> {
    let ComponentItem::ComponentInstance(instance) = item else {
        return vec![name.to_string()];
    };
    let functions: Vec<String> = instance
        .exports(engine)
        .filter(|(_, item)| matches!(item.ty, ComponentItem::ComponentFunc(_)))
        .map(|(function, _)| format!("{name}#{function}"))
        .collect();
    if functions.is_empty() {
        vec![name.to_string()]
    } else {
        functions
    }
}

/// Links a component. The error gives every import that nobody provides and every function of
/// another type than the engine's, a line each. `memory` is what the app's calls have together.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_instance_pre_new(
    engine: *const hermes_engine,
    component: *const hermes_component,
    memory: *const hermes_budget,
    out: *mut *mut hermes_instance_pre,
) -> *mut hermes_error {
    unsafe {
        guard(out, || {
            let (engine, component) = (&*engine, &(*component).0);
            let mut reasons = missing_imports(engine, component);
            let (linker, pre) = match engine.linker.instantiate_pre(component) {
                Ok(pre) => (None, pre),
                Err(error) => {
                    reasons.extend(lacking_in_wasi(engine, &error));
                    let (linker, pre) = diagnose(engine, component, &mut reasons)?;
                    (Some(linker), pre)
                }
            };
            let exports = exports(&engine.engine, component);
            check_exports(
                linker.as_ref().unwrap_or(&engine.linker),
                component,
                &mut reasons,
            )?;
            if !reasons.is_empty() {
                bail!("{}", reasons.join("\n"));
            }
            let callbacks = engine.callbacks;
            Ok(Box::into_raw(Box::new(hermes_instance_pre {
                pre,
                callbacks,
                memory: engine.app_memories.of(&(*memory).0),
                engine_memory: engine.memory.clone(),
                exports,
            })))
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_instance_pre_free(pre: *mut hermes_instance_pre) {
    drop(unsafe { Box::from_raw(pre) })
}

/// Whether the component exports the function of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_instance_pre_exports(
    pre: *const hermes_instance_pre,
    number: usize,
) -> bool {
    unsafe { (&(*pre).exports).get(number).is_some_and(Option::is_some) }
}

fn is_linked(engine: &hermes_engine, name: &str) -> bool {
    name.starts_with("wasi:")
        || INTERFACES
            .iter()
            .any(|interface| interface.types_only && interface.name == name)
        || engine
            .provided
            .iter()
            .any(|provided| provided.interface.name == name)
}

/// An interface of which a component uses nothing but types, those of an event for instance, needs
/// nobody.
fn needs_provider(engine: &Engine, item: &ComponentItem) -> bool {
    let ComponentItem::ComponentInstance(instance) = item else {
        return true;
    };
    instance.exports(engine).any(|(_, export)| {
        matches!(
            export.ty,
            ComponentItem::ComponentFunc(_) | ComponentItem::Resource(_)
        )
    })
}

fn missing_imports(engine: &hermes_engine, component: &Component) -> Vec<String> {
    component
        .component_type()
        .imports(&engine.engine)
        .filter(|(name, import)| {
            !is_linked(engine, name) && needs_provider(&engine.engine, &import.ty)
        })
        .map(|(name, item)| {
            let used = functions(&engine.engine, name, &item.ty);
            let used: Vec<&str> = used
                .iter()
                .filter_map(|f| f.split_once('#').map(|(_, f)| f))
                .collect();
            match used.is_empty() {
                true => format!("it imports {name}, which no extension of this engine provides"),
                false => format!(
                    "it imports {name} ({}), which no extension of this engine provides",
                    used.join(", ")
                ),
            }
        })
        .collect()
}

/// What WASI has under another type than the component asks for, or not at all. To `diagnose` it would
/// show only by what follows: the resources there are none of the engine's.
fn lacking_in_wasi(engine: &hermes_engine, error: &wasmtime::Error) -> Option<String> {
    let text = error.to_string();
    let name = text.split('`').nth(1)?;
    if !name.starts_with("wasi:") || !is_linked(engine, name) {
        return None;
    }
    let cause = causes(error);
    Some(format!(
        "it imports {name}, but not as the engine has it: {cause}"
    ))
}

fn causes(error: &wasmtime::Error) -> String {
    let causes: Vec<String> = error.chain().skip(1).map(|e| e.to_string()).collect();
    causes.join(": ")
}

/// Finds what keeps the component from being linked, one import after the other: each that fails is
/// replaced by functions that trap. What is missing altogether is in `reasons` already.
fn diagnose(
    engine: &hermes_engine,
    component: &Component,
    reasons: &mut Vec<String>,
) -> Result<(Linker<Host>, InstancePre<Host>)> {
    let mut skip = Vec::new();
    loop {
        let mut linker = link(&engine.engine, &engine.provided, &skip)?;
        linker.define_unknown_imports_as_traps(component)?;
        let error = match linker.instantiate_pre(component) {
            Ok(pre) => return Ok((linker, pre)),
            Err(error) => error,
        };
        let text = format!("{error:#}");
        let name = text.split('`').nth(1).unwrap_or_default().to_string();
        let replaceable = INTERFACES.iter().any(|i| i.name == name) && !skip.contains(&name);
        let cause = causes(&error);
        if !replaceable {
            reasons.push(text);
            bail!("{}", reasons.join("\n"));
        }
        reasons.push(format!("it imports {name} with another signature: {cause}"));
        skip.push(name);
    }
}

fn exports(engine: &Engine, component: &Component) -> Vec<Option<ComponentExportIndex>> {
    let ty = component.component_type();
    all_exports()
        .map(|export| {
            let (name, _) = ty.exports(engine).find(|(name, _)| export.is_named(name))?;
            let instance = component.get_export_index(None, name)?;
            component.get_export_index(Some(&instance), export.function)
        })
        .collect()
}

fn check_exports(
    linker: &Linker<Host>,
    component: &Component,
    reasons: &mut Vec<String>,
) -> Result<()> {
    let imports_failed = !reasons.is_empty();
    let engine = component.engine();
    let ty = linker.substituted_component_type(component)?;
    for export in all_exports() {
        let named = ty.exports(engine).find(|(name, _)| export.is_named(name));
        let Some((name, instance)) = named else {
            continue;
        };
        let ComponentItem::ComponentInstance(instance) = instance.ty else {
            continue;
        };
        let Some(function) = instance.get_export(engine, export.function) else {
            continue;
        };
        let result = match &function.ty {
            ComponentItem::ComponentFunc(function) => (export.check)(function, &ty),
            _ => Err(wasmtime::format_err!("it is no function")),
        };
        if let Err(error) = result {
            // It follows from the import of that resource, of which `reasons` tells.
            if imports_failed && error.root_cause().to_string() == "resource type mismatch" {
                continue;
            }
            reasons.push(format!(
                "it exports {name}#{} with another signature than the engine calls: {error:#}",
                export.function
            ));
        }
    }
    Ok(())
}
