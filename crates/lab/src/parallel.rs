//! Parallel: independent tasks with time limits of their own.

use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Calls `work` with each item, in this order, as many at once as there are threads in the current rayon pool, until one
/// returns false; those that run then still end.
///
/// Each runs in a pool of its own: a task with a time limit must not lose its time to another one that its thread steals
/// meanwhile.
pub(crate) fn each<T: Sync>(
    items: &[T],
    work: impl Fn(&T) -> bool + Sync,
) -> Result<(), ThreadPoolBuildError> {
    let threads = rayon::current_num_threads();
    let workers = threads.min(items.len()).max(1);
    let pool = || {
        ThreadPoolBuilder::new()
            .num_threads(threads / workers)
            .build()
    };
    let pools = (0..workers)
        .map(|_| pool())
        .collect::<Result<Vec<_>, _>>()?;
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work_on = || {
        while !stopped.load(Ordering::Relaxed)
            && let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed))
        {
            if !work(item) {
                stopped.store(true, Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        for pool in &pools {
            scope.spawn(|| pool.install(work_on));
        }
    });
    Ok(())
}
