//! The clock, and what each platform does about time and threads.
//!
//! - Unix, Windows and the like: [`Instant`] is `std::time::Instant`; rayon's loops run on all cores.
//! - `wasm32-unknown-unknown` (a browser): the standard clock panics and no thread can be started. [`Instant`] is then a
//!   type of its own that asks the source which the host gave by `set_source`; without a source the time stands still,
//!   and a time limit never ends anything. Rayon runs its loops on the one thread there is.
//!
//! Answers do not depend on the platform, but for those that a time limit ended.

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use std::time::Instant;

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
pub use host::{Instant, set_source};

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod host {
    use std::ops::Sub;
    use std::sync::OnceLock;
    use std::time::Duration;

    static SOURCE: OnceLock<fn() -> Duration> = OnceLock::new();

    /// Gives the clock its source: the time since any fixed moment, never falling. The first source stays.
    pub fn set_source(source: fn() -> Duration) {
        let _ = SOURCE.get_or_init(|| source);
    }

    /// A moment of the host's clock, with those methods of `std::time::Instant` that are used here.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub struct Instant(Duration);

    impl Instant {
        /// This moment; the clock's zero as long as there is no source.
        pub fn now() -> Self {
            Self(SOURCE.get().map_or(Duration::ZERO, |source| source()))
        }

        /// Since this moment; zero if the clock fell.
        pub fn elapsed(&self) -> Duration {
            Self::now().saturating_duration_since(*self)
        }

        /// This moment and `duration`; None beyond what can be represented.
        pub fn checked_add(&self, duration: Duration) -> Option<Self> {
            self.0.checked_add(duration).map(Self)
        }

        /// From `earlier` to this moment; zero if it is later.
        pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
            self.0.saturating_sub(earlier.0)
        }
    }

    impl Sub for Instant {
        type Output = Duration;

        fn sub(self, earlier: Self) -> Duration {
            self.saturating_duration_since(earlier)
        }
    }
}
