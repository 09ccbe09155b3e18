//! Parallel: runs independent tasks, each of which may have a time limit.

use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Calls `work` for each item, in order, on all threads of the current rayon pool. If a call returns false, no further item
/// is started; the calls that are running finish.
///
/// Calls that run at once have separate pools, which share the threads. In a common pool, a thread that waits within one task
/// may steal work of another task, and the first task's time limit would run out meanwhile.
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
