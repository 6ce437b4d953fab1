//! The threads of a node: one runs the swarm, one watches it.
//!
//! A swarm that panics, or does nothing for long, is given up and another is built: same identity,
//! same listeners, topics, block list, bootstrap peers, records. What was under way ends with
//! Restarted; what had not begun is done by the next. A thread that hangs cannot be stopped: if it
//! ever goes on, it finds that it is not of this generation, and ends.

use crate::abi::{hermes_p2p_event_kind as Kind, hermes_p2p_status as Status};
use crate::cut_off::{cut_off, ports};
use crate::driver::Driver;
use crate::event::Event;
use crate::guard::panic_text;
use crate::locked::Locked;
use crate::shared::Shared;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

const MAX_BLOCKING_THREADS: usize = 16;
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Before another is built, when one fails after the other.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// One that ran so long had a good start.
const GOOD_RUN: Duration = Duration::from_secs(60);
/// For the swarm to end, when it has been told to.
const END_WITHIN: Duration = Duration::from_secs(5);

pub struct Supervisor {
    watch: Mutex<Option<JoinHandle<()>>>,
    ended: Arc<(Mutex<bool>, Condvar)>,
}

/// How a swarm came to its end; None: it was told to.
type End = Option<String>;

impl Supervisor {
    pub fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let ended = Arc::new((Mutex::new(false), Condvar::new()));
        let tell = ended.clone();
        let watch = Builder::new().name("p2p-watch".into()).spawn(move || {
            let _ = catch_unwind(AssertUnwindSafe(|| watch(&shared)));
            shared.requests.end_all(Status::Stopped, true);
            shared.verdicts.clear();
            *tell.0.locked() = true;
            tell.1.notify_all();
        })?;
        Ok(Supervisor {
            watch: Mutex::new(Some(watch)),
            ended,
        })
    }

    /// False if it had not ended.
    pub fn wait(&self, grace: Duration) -> bool {
        let ended = self.ended.0.locked();
        let waited = self
            .ended
            .1
            .wait_timeout_while(ended, grace, |ended| !*ended);
        *waited.unwrap().0
    }

    pub fn join(&self) {
        if let Some(watch) = self.watch.locked().take() {
            let _ = watch.join();
        }
    }
}

fn watch(shared: &Arc<Shared>) {
    let mut pause = FIRST_PAUSE;
    let mut generation = 0;
    while !shared.is_stopping() {
        generation += 1;
        shared.generation.store(generation, Ordering::SeqCst);
        let begun = Instant::now();
        let Some(why) = run_one(shared, generation) else {
            return;
        };
        // One that hangs sees that it is no more.
        shared.generation.store(0, Ordering::SeqCst);
        take_connections(shared);
        shared.requests.end_all(Status::Restarted, false);
        shared.verdicts.clear();
        shared.stats.rebuilt.add(1);
        shared.outbox.post(Event {
            text: why,
            ..Event::new(Kind::NodeFailed)
        });
        if begun.elapsed() > GOOD_RUN {
            pause = FIRST_PAUSE;
        }
        wait_unless_stopping(shared, pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// From one that hangs; another has closed them.
fn take_connections(shared: &Shared) {
    let desired = shared.desired.locked();
    let got = desired
        .listen
        .iter()
        .filter_map(|listen| listen.got.as_ref());
    cut_off(&ports(got));
}

fn run_one(shared: &Arc<Shared>, generation: u64) -> End {
    let (tell, ended) = channel();
    let of_thread = shared.clone();
    let thread = Builder::new().name("p2p".into()).spawn(move || {
        let run = AssertUnwindSafe(|| run_swarm(&of_thread, generation));
        let end = catch_unwind(run)
            .unwrap_or_else(|panic| Some(format!("it panicked: {}", panic_text(panic.as_ref()))));
        let _ = tell.send(end);
    });
    match thread {
        Ok(_) => look_after(shared, &ended),
        Err(why) => Some(format!("no thread: {why}")),
    }
}

fn run_swarm(shared: &Arc<Shared>, generation: u64) -> End {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(MAX_BLOCKING_THREADS)
        .thread_name("p2p-blocks")
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(why) => return Some(format!("no runtime: {why}")),
    };
    let end = runtime.block_on(async {
        match Driver::new(shared.clone(), generation) {
            Err(why) => Some(why),
            Ok(driver) => {
                if generation > 1 {
                    shared.outbox.post(Event::new(Kind::NodeRebuilt));
                }
                driver.run().await;
                None
            }
        }
    });
    // Threads that are in the block store end when they have returned from there.
    runtime.shutdown_background();
    end
}

fn look_after(shared: &Arc<Shared>, ended: &Receiver<End>) -> End {
    let mut pulse = shared.pulse.load(Ordering::Relaxed);
    let mut beat = Instant::now();
    let mut told_to_stop = None;
    loop {
        match ended.recv_timeout(LOOK_EVERY.min(shared.config.hang / 4)) {
            Ok(end) => return end,
            Err(RecvTimeoutError::Disconnected) => return Some("it vanished".into()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = Instant::now();
        let latest = shared.pulse.load(Ordering::Relaxed);
        if latest != pulse {
            (pulse, beat) = (latest, now);
        }
        if shared.is_stopping() {
            let since = *told_to_stop.get_or_insert(now);
            if now.duration_since(since) > END_WITHIN {
                return None;
            }
        } else if now.duration_since(beat) > shared.config.hang {
            return Some(format!("it did nothing for {:?}", now.duration_since(beat)));
        }
    }
}

fn wait_unless_stopping(shared: &Shared, pause: Duration) {
    let until = Instant::now() + pause;
    while Instant::now() < until && !shared.is_stopping() {
        std::thread::park_timeout(FIRST_PAUSE);
    }
}
