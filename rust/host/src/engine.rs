//! An engine: configuration, instance pool and linker of one worker.

use crate::budget::{Purse, Purses, hermes_budget};
use crate::error::{guard, hermes_error};
use crate::glue::INTERFACES;
use crate::host::{
    Host, HostFunction, Implementation, Interface, hermes_callbacks, hermes_host_function,
};
use std::ffi::c_void;
use std::sync::Arc;
use wasmtime::component::Linker;
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Result,
    Strategy, format_err,
};

const MEMORY_RESERVATION: u64 = 4 << 30;
const MEMORY_GUARD: u64 = 32 << 20;
/// Where no addresses are reserved.
const MEMORY_GROWTH: u64 = 16 << 20;
const SMALL_GUARD: u64 = 64 << 10;
const GUEST_STACK: usize = 1 << 20;
const FIBER_STACK: usize = 2 << 20;
/// What the pool keeps of a memory between two instances, where it can see which pages are dirty.
const KEEP_RESIDENT: usize = 1 << 20;
const WARM_SLOTS: u32 = 64;
const DECOMMIT_BATCH: usize = 32;
const MEMORIES_PER_COMPONENT: u32 = 8;
const TABLES_PER_COMPONENT: u32 = 20;
const CORE_INSTANCES_PER_COMPONENT: u32 = 64;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hermes_engine_config {
    /// Instances from a pool of slots; else each is allocated on demand.
    pub pooling: bool,
    /// Code for memories that begin with all the addresses that they can reach, as a pool's do; else
    /// for those that move when they grow.
    pub reserve: bool,
    /// Compiles with all cores, else with one.
    pub all_cores: bool,
    /// How many calls there can be at once.
    pub slots: u32,
    /// Bytes that one linear memory can reach.
    pub max_memory: usize,
    /// What all calls have together, on this engine and on others with the same.
    pub memory: *const hermes_budget,
    pub callbacks: hermes_callbacks,
}

/// An interface that C++ provides.
pub struct Provided {
    pub interface: &'static Interface,
    implementation: Implementation,
    functions: Vec<HostFunction>,
}

pub struct hermes_engine {
    pub engine: Engine,
    /// Of all calls.
    pub memory: Arc<Purse>,
    /// Of the calls of each app.
    pub app_memories: Purses,
    pub callbacks: hermes_callbacks,
    pub provided: Vec<Provided>,
    /// Made from `provided` by `hermes_engine_link`.
    pub linker: Linker<Host>,
}

/// Most components have one memory; each that can be takes 4 GiB of the addresses there are. Where
/// many calls have several at once, others wait.
fn memories(slots: u32) -> u32 {
    slots.max(MEMORIES_PER_COMPONENT)
}

fn pool(config: &hermes_engine_config) -> PoolingAllocationConfig {
    let slots = config.slots;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots.saturating_mul(8).max(CORE_INSTANCES_PER_COMPONENT))
        .total_memories(memories(slots))
        .total_tables(slots.saturating_mul(4).max(TABLES_PER_COMPONENT))
        .total_stacks(slots)
        .max_core_instances_per_component(CORE_INSTANCES_PER_COMPONENT)
        .max_memories_per_component(MEMORIES_PER_COMPONENT)
        .max_tables_per_component(TABLES_PER_COMPONENT)
        .max_memories_per_module(MEMORIES_PER_COMPONENT)
        .max_tables_per_module(TABLES_PER_COMPONENT)
        .max_memory_size(config.max_memory)
        .max_unused_warm_slots(WARM_SLOTS)
        .decommit_batch_size(DECOMMIT_BATCH);
    // Without the scan, keeping pages means clearing all of them each time.
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes)
            .linear_memory_keep_resident(KEEP_RESIDENT)
            .table_keep_resident(KEEP_RESIDENT);
    }
    pool
}

fn settings(config: &hermes_engine_config) -> Config {
    let mut settings = Config::new();
    settings
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .epoch_interruption(true)
        .concurrency_support(false)
        .memory_init_cow(true)
        .max_wasm_stack(GUEST_STACK)
        .async_stack_size(FIBER_STACK)
        .parallel_compilation(config.all_cores);
    if config.reserve {
        settings
            .memory_reservation(MEMORY_RESERVATION)
            .memory_guard_size(MEMORY_GUARD);
    } else {
        settings
            .memory_reservation(0)
            .memory_reservation_for_growth(MEMORY_GROWTH)
            .memory_guard_size(SMALL_GUARD);
    }
    if config.pooling {
        settings.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(config)));
    }
    settings
}

/// WASI, and what is provided but for what `skip` names.
pub fn link(engine: &Engine, provided: &[Provided], skip: &[String]) -> Result<Linker<Host>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    crate::wasi_filesystem::link(&mut linker)?;
    crate::wasi_sockets::link(&mut linker)?;
    // Of an interface that nobody provides, a component may use the types.
    for interface in INTERFACES {
        linker.instance(interface.name)?;
    }
    for one in provided
        .iter()
        .filter(|p| !skip.contains(&p.interface.name.into()))
    {
        let mut instance = linker.instance(one.interface.name)?;
        (one.interface.link)(&mut instance, one.implementation, &one.functions)?;
    }
    Ok(linker)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_engine_new(
    config: *const hermes_engine_config,
    out: *mut *mut hermes_engine,
) -> *mut hermes_error {
    unsafe {
        guard(out, || {
            let engine = Engine::new(&settings(&*config))?;
            let linker = link(&engine, &[], &[])?;
            let callbacks = (*config).callbacks;
            Ok(Box::into_raw(Box::new(hermes_engine {
                engine,
                memory: Arc::new(Purse::new((*(*config).memory).0.clone())),
                app_memories: Purses::default(),
                callbacks,
                provided: vec![],
                linker,
            })))
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_engine_free(engine: *mut hermes_engine) {
    drop(unsafe { Box::from_raw(engine) })
}

/// Names who answers an interface: `len` functions in WIT order, each called with
/// `implementation`, which outlives the engine. Before `hermes_engine_link`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_engine_provide(
    engine: *mut hermes_engine,
    name: *const u8,
    name_len: usize,
    implementation: *mut c_void,
    functions: *const hermes_host_function,
    len: usize,
) -> *mut hermes_error {
    unsafe {
        guard(&mut (), || {
            let name = std::str::from_utf8(std::slice::from_raw_parts(name, name_len))?;
            let interface = INTERFACES
                .iter()
                .find(|interface| interface.name == name)
                .ok_or_else(|| format_err!("the engine knows no interface {name}"))?;
            wasmtime::ensure!(
                interface.functions.len() == len,
                "{name} has {} functions, but {len} are provided",
                interface.functions.len()
            );
            let functions = (0..len).map(|i| HostFunction {
                raw: *functions.add(i),
                interface: interface.name,
                name: interface.functions[i],
            });
            (*engine).provided.push(Provided {
                interface,
                implementation: Implementation(implementation),
                functions: functions.collect(),
            });
            Ok(())
        })
    }
}

/// Once everything is provided.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_engine_link(engine: *mut hermes_engine) -> *mut hermes_error {
    unsafe {
        guard(&mut (), || {
            (*engine).linker = link(&(*engine).engine, &(*engine).provided, &[])?;
            Ok(())
        })
    }
}

/// Makes running guests yield soon. From any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_engine_tick(engine: *const hermes_engine) {
    unsafe { (*engine).engine.increment_epoch() }
}

/// Whether the kernel tells which pages of a memory are dirty, so that resetting one is cheap.
#[unsafe(no_mangle)]
pub extern "C" fn hermes_engine_scans_pages() -> bool {
    PoolingAllocationConfig::is_pagemap_scan_available()
}
