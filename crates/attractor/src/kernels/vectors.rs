//! Code for the widest vectors of the machine.

use pulp::{Arch, Simd, WithSimd};

struct Work<F>(F);

impl<F: FnMut() -> R, R> WithSimd for Work<F> {
    type Output = R;

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) -> R {
        (self.0)()
    }
}

/// Runs `work`, compiled for the widest vectors of the machine if it is marked `#[inline(always)]` like all that it calls.
///
/// `pulp` takes closures itself, but calls them as `FnOnce`: for those that capture by reference that is a function around
/// the closure's own, which no attribute can force into the one with vectors. As `FnMut` they are called directly.
#[inline(always)]
pub fn with_vectors<R>(work: impl FnMut() -> R) -> R {
    Arch::new().dispatch(Work(work))
}
