//! Starts threads, as many as the system allows. A container may allow few: then the work continues with those.

use std::panic::resume_unwind;
use std::thread::{Builder, ScopedJoinHandle, scope};

/// Runs `work` on up to `threads` threads at once and returns the result of each. If no thread can be started, the
/// current one does all the work.
///
/// # Panics
///
/// If `work` does.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    scope(|scope| {
        let start = |_| Builder::new().spawn_scoped(scope, &work).ok();
        let started: Vec<_> = (0..threads.max(1)).map_while(start).collect();
        if started.is_empty() { vec![work()] } else { started.into_iter().map(join).collect() }
    })
}

/// Runs both at once, or one after the other if no thread can be started.
///
/// # Panics
///
/// If one of them does.
pub fn both<A: Send, B>(first: impl Fn() -> A + Sync, second: impl FnOnce() -> B) -> (A, B) {
    scope(|scope| {
        let started = Builder::new().spawn_scoped(scope, &first);
        let second = second();
        (started.map_or_else(|_| first(), join), second)
    })
}

fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn every_thread_gives_a_result() {
        let next = AtomicUsize::new(0);
        let mut results = on_threads(3, || next.fetch_add(1, Ordering::Relaxed));
        results.sort_unstable();
        assert_eq!(results, [0, 1, 2]);
        assert_eq!(on_threads(0, || 7), [7]);
        assert_eq!(both(|| 1, || "two"), (1, "two"));
    }
}
