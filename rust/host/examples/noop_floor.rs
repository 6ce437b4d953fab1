//! The least that a no-op event can cost: with the engine's own settings and a limiter of memory,
//! instantiate, call on a fiber, drop, in a plain loop. bench/noop_event.cc is the whole way of an
//! event beside it.
//!
//!     noop_floor NOOP.wasm [THREADS [SECONDS]]

use std::time::{Duration, Instant};
use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker, TypedFunc};
use wasmtime::{Result, Store, StoreLimits, StoreLimitsBuilder, UpdateDeadline};

#[path = "common/engine.rs"]
mod common;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let component = std::fs::read(
        arguments
            .get(1)
            .expect("usage: noop_floor NOOP.wasm [THREADS [SECONDS]]"),
    )?;
    let threads = arguments
        .get(2)
        .map_or(1, |n| n.parse().expect("a number of threads"));
    let seconds = arguments
        .get(3)
        .map_or(5, |n| n.parse().expect("a number of seconds"));

    let workers: Vec<_> = (0..threads)
        .map(|_| {
            let component = component.clone();
            std::thread::spawn(move || measure(&component, Duration::from_secs(seconds)))
        })
        .collect();
    let (mut rate, mut cpu) = (0.0, 0.0);
    for worker in workers {
        let measured = worker.join().expect("a worker panicked")?;
        rate += measured.per_second;
        cpu += measured.cpu_us / f64::from(threads);
    }
    println!("{rate:.0} events/s, {cpu:.2} us CPU each");
    Ok(())
}

struct Measured {
    per_second: f64,
    cpu_us: f64,
}

fn measure(component: &[u8], duration: Duration) -> Result<Measured> {
    let engine = common::engine();
    let component = Component::new(&engine, component)?;
    let interface = component
        .get_export_index(None, "hermes:init/event")
        .expect("it handles init");
    let function = component
        .get_export_index(Some(&interface), "init")
        .expect("it handles init");
    let pre = Linker::<StoreLimits>::new(&engine).instantiate_pre(&component)?;

    let (mut begin, mut cpu_begin) = (Instant::now(), common::thread_cpu());
    let mut warm = false;
    let mut calls = 0u32;
    loop {
        common::ready(call(&pre, &function))?;
        calls += 1;
        if calls % 1024 == 0 {
            let elapsed = begin.elapsed();
            if !warm && elapsed > Duration::from_secs(1) {
                (warm, calls, begin, cpu_begin) = (true, 0, Instant::now(), common::thread_cpu());
            } else if warm && elapsed > duration {
                let calls = f64::from(calls);
                let cpu = common::thread_cpu() - cpu_begin;
                return Ok(Measured {
                    per_second: calls / elapsed.as_secs_f64(),
                    cpu_us: cpu.as_secs_f64() * 1e6 / calls,
                });
            }
        }
    }
}

async fn call(pre: &InstancePre<StoreLimits>, function: &ComponentExportIndex) -> Result<()> {
    let limits = StoreLimitsBuilder::new().memory_size(128 << 20).build();
    let mut store = Store::new(pre.engine(), limits);
    store.limiter(|limits| limits);
    store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
    store.set_epoch_deadline(1);
    let instance = pre.instantiate_async(&mut store).await?;
    let function = instance
        .get_func(&mut store, function)
        .expect("it handles init");
    // SAFETY: it is the type of `init`.
    let function = unsafe { TypedFunc::<(), (bool,)>::new_unchecked(function) };
    function.call_async(&mut store, ()).await?;
    Ok(())
}
