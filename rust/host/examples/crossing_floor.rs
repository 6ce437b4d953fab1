//! What a host function costs that does nothing, written in Rust with typed `func_wrap`.
//! bench/crossing_event.cc has the same functions through the generated bindings.
//!
//!     crossing_floor COMPONENT CALLS [ROUNDS]

use std::hint::black_box;
use wasmtime::component::{
    Component, ComponentType, InstancePre, Lift, Linker, Lower, TypedFunc, WasmList,
};
use wasmtime::{Engine, Result, Store, StoreContextMut, UpdateDeadline};

#[path = "common/engine.rs"]
mod common;

const MANY: usize = 65_536;

#[derive(ComponentType, Lift, Lower, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code)]
enum Errno {
    #[component(name = "key-too-big")]
    KeyTooBig,
    #[component(name = "hash-too-big")]
    HashTooBig,
    #[component(name = "salt-too-big")]
    SaltTooBig,
    #[component(name = "personal-too-big")]
    PersonalTooBig,
    #[component(name = "invalid-digest-byte-length")]
    InvalidDigestByteLength,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [component, calls] = [1, 2].map(|n| {
        arguments
            .get(n)
            .expect("usage: crossing_floor COMPONENT CALLS [ROUNDS]")
    });
    let calls: f64 = calls.parse().expect("a number of calls");
    let rounds = arguments
        .get(3)
        .map_or(5, |n| n.parse().expect("a number of rounds"));

    let engine = common::engine();
    let component = Component::new(&engine, std::fs::read(component)?)?;
    let pre = linker(&engine)?.instantiate_pre(&component)?;
    common::ready(call(&pre))?;
    let mut each: Vec<f64> = (0..rounds)
        .map(|_| {
            let begin = common::thread_cpu();
            common::ready(call(&pre)).expect("the call succeeds");
            (common::thread_cpu() - begin).as_secs_f64() * 1e9 / calls
        })
        .collect();
    each.sort_by(f64::total_cmp);
    println!("{:.1} ns each", each[each.len() / 2]);
    Ok(())
}

fn linker(engine: &Engine) -> Result<Linker<()>> {
    let mut linker = Linker::<()>::new(engine);
    linker
        .instance("hermes:init/api")?
        .func_wrap("done", |_: StoreContextMut<'_, ()>, (_,): (u8,)| Ok(()))?;
    linker.instance("hermes:hash/api")?.func_wrap(
        "blake2b",
        |cx: StoreContextMut<'_, ()>, (bytes, size): (WasmList<u8>, Option<u8>)| {
            black_box(bytes.as_le_slice(&cx));
            let size = match usize::from(size.unwrap_or(0)) {
                0 => MANY,
                size => size,
            };
            Ok((Ok::<_, Errno>(vec![0u8; size]),))
        },
    )?;
    Ok(linker)
}

async fn call(pre: &InstancePre<()>) -> Result<()> {
    let mut store = Store::new(pre.engine(), ());
    store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
    store.set_epoch_deadline(1);
    let instance = pre.instantiate_async(&mut store).await?;
    let interface = instance
        .get_export_index(&mut store, None, "hermes:init/event")
        .expect("it handles init");
    let function = instance
        .get_export_index(&mut store, Some(&interface), "init")
        .expect("it handles init");
    let function = instance
        .get_func(&mut store, function)
        .expect("it handles init");
    // SAFETY: it is the type of `init`.
    let function = unsafe { TypedFunc::<(), (bool,)>::new_unchecked(function) };
    function.call_async(&mut store, ()).await?;
    Ok(())
}
