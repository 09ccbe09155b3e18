//! Geometry: what is known about rows without any search. The widest margin or an infeasible subsystem (`min_norm`), its
//! multipliers in whole numbers (`dependency`), flows in whole numbers (`flow`), fields that must vanish (`vanishing`), and the grid on which all sums of
//! weights are exact (`grid`).

pub(crate) mod dependency;
pub(crate) mod flow;
pub(crate) mod grid;
pub(crate) mod min_norm;
pub(crate) mod vanishing;
