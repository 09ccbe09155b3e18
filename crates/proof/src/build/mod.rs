//! Build: from a solver's evidence to a certificate. Nothing here is trusted: the checker checks what it makes.

pub(crate) mod builder;
pub(crate) mod climb;
pub(crate) mod cost;
pub(crate) mod evidence;
pub(crate) mod prove;
pub(crate) mod prune;
pub(crate) mod survive;
