//! Check: everything that a certificate's claims rest on when [`verify::verify`] accepts it.
//!
//! Imports `format` and nothing of `build`. Read this folder to know what an accepted certificate means. `tree_search` and
//! `tolerances` propose trees; `removal` checks each of their nodes.

pub(crate) mod conclusion;
pub(crate) mod dependency;
pub(crate) mod dyadic;
pub(crate) mod effort;
pub(crate) mod exhaustive;
pub(crate) mod family;
pub(crate) mod hitting;
pub(crate) mod joint;
pub(crate) mod lemma;
pub(crate) mod payments;
pub(crate) mod radius;
pub(crate) mod removal;
pub(crate) mod stored;
pub(crate) mod survive;
pub(crate) mod system;
pub(crate) mod tolerances;
pub(crate) mod tree_search;
pub(crate) mod verify;
