//! Who waits for a reply.

use std::sync::atomic::AtomicBool;

/// Who waits for a reply.
#[derive(Clone, Copy)]
pub struct Listener<'a> {
    /// Hears how far a training is: a message like a reply's, `{"progress": …}`.
    pub tell: &'a (dyn Fn(&[u8]) + Sync),
    /// Whether nobody waits any more; a training then ends.
    pub is_gone: &'a AtomicBool,
}
