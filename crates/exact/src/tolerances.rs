//! Every tolerance of this crate, each with its reason.
//!
//! No claim rests on one of them: they steer floating-point iterations whose results are
//! checked again in integers (dependencies) or on the ±1 data (weights). A badly chosen
//! value costs time or leaves a gap; it cannot make an answer wrong.

/// Squared norm, per unit of squared row norm, below which the nearest point counts as the
/// origin, once no row is violated any more. Rounding leaves about 1e-15 there.
pub(crate) const ORIGIN: f64 = 1e-13;

/// How far, per unit of squared row norm, a row may fall short of the supporting hyperplane
/// before it enters the corral. Above rounding (1e-16 times the root of the order); just before
/// the origin is reached, squared norms of 1e-14 occur, and rows are then violated by their root.
pub(crate) const VIOLATION: f64 = 1e-14;

/// A multiplier at most this large leaves the corral. The multipliers of strict rows sum to
/// one over at most a few thousand rows, so a genuine one is rarely below 1e-9.
pub(crate) const MULTIPLIER: f64 = 1e-13;

/// A pivot of the corral's Cholesky factor, per unit of squared row norm, below which a row
/// counts as dependent on the corral. Near the capacity true pivots go down to 1e-11; on digits,
/// whose rows have low rank, rounding leaves up to 5e-14.
pub(crate) const PIVOT: f64 = 5e-13;

/// How much wider, of its square, a margin must be to count as wider: rounding leaves 1e-12, and optima that mirror each
/// other need not be told apart.
pub(crate) const MARGIN_TIE: f64 = 1e-9;

/// Relative duality gap at which sparse training stops. The rows hold exactly whatever it is; it only says how near to
/// the least norm the weights are, and below 1e-3 next to no non-zero comes or goes in the cases at hand.
pub(crate) const SPARSE_GAP: f64 = 1e-3;

/// By how much the L1 costs of columns differ at most, relative to the cost: enough to choose among equal columns at
/// the speed of the iteration; the L1 norm stays within it of the least.
pub(crate) const SPARSE_TIE: f64 = 0.01;

/// Gap of a neuron's repair program at which it is solved, relative to its loss: a few ten-thousandths of a nat a bit, far
/// below what recall shows.
pub(crate) const REPAIR_GAP: f64 = 1e-3;

/// Loss in nats at which there is nothing to repair: below it terms leave the range of floating point.
pub(crate) const REPAIR_NOTHING: f64 = 1e-280;

/// How far a field of the widest margin's dual may be from its optimality condition, in units of its margin 1, for the
/// exact finish to be done: margin and bound then agree to about 1e-10, and Newton's last step reaches below it.
pub(crate) const KKT: f64 = 1e-10;

/// What is added to the diagonal of a Gram matrix, per unit of squared row norm, before it is factored in the exact
/// finish: dependent rows then get finite steps, and independent ones lose a digit that the next step restores.
pub(crate) const RIDGE: f64 = 1e-12;

/// The same for one neuron's block of a symmetric network: equal to a proximal term that bounds the step where rows are
/// dependent; a tenth of a millionth, because the other neurons' blocks move its optimum by far more.
pub(crate) const BLOCK_RIDGE: f64 = 1e-7;

/// Relative gap between margin and bound at which separation ends unless it is asked for another. An exact finish, where
/// there is one, goes on to about 1e-10 whatever this is; a first-order method alone would pay for every further digit.
pub(crate) const SEPARATION_GAP: f64 = 1e-3;

/// By how much, relative to their size, ‖w‖/Σλ and the least field may come out wrong: sums of some thousands of rounded
/// terms, which err by less.
pub(crate) const SEPARATION_ROUNDING: f64 = 1e-11;

/// A step of the exact finish that raises the dual's objective by no more than this, relative to it, raises it by
/// rounding.
pub(crate) const FINISH_ROUNDING: f64 = 1e-14;

/// Added to the mean square of a weight's gradients, which is of order 1: the scaled descent stays finite where a weight
/// has had no gradient.
pub(crate) const NO_GRADIENT: f32 = 1e-10;

/// Least aligned field, per unit of row norm and weights' norm, at which weights count as holding every worst cue: rounding
/// leaves 1e-12. The recount on the grid decides.
pub(crate) const SEPARATED: f64 = 1e-7;

/// (Margin bound)², per unit of squared row norm, below which rows count as not storable together and the question goes
/// to the min-norm primitive: storable sets of interest have margins above 1e-4 of the row norm.
pub(crate) const HOPELESS: f64 = 1e-9;

/// How far a basic variable of the elastic program may lie outside its bounds (costs are of order 1): rounding leaves
/// 1e-12.
pub(crate) const ELASTIC_FEASIBLE: f64 = 1e-8;

/// A smaller entry of a pivot row is rounding.
pub(crate) const ELASTIC_PIVOT: f64 = 1e-9;

/// A smaller pivot of the elastic program ruins the inverse; an earlier breakpoint with a larger one is taken.
pub(crate) const ELASTIC_SAFE_PIVOT: f64 = 1e-6;

/// By how much, relative to it, a pivot of the elastic program may differ between its row and its column before the
/// inverse is made anew: rounding leaves 1e-12 at first.
pub(crate) const ELASTIC_DRIFT: f64 = 1e-7;

/// Pivot below which the elastic program's basis counts as singular.
pub(crate) const ELASTIC_SINGULAR: f64 = 1e-11;

/// Step lengths of the elastic program this near are one: among them the largest pivot is taken. Also the reduced cost
/// that leaves a nonbasic variable where it is.
pub(crate) const ELASTIC_TIE: f64 = 1e-9;

/// A row of the elastic program that asks for field 1 and falls short by less than this holds: the recount decides.
pub(crate) const ELASTIC_HOLDS: f64 = 1e-7;

/// How far the bound of a mixed integer solver may lie above a whole number of wrong bits and still be read as that
/// number: microlp, HiGHS, Gurobi and SCIP take 1e-6 for integral. The bound is reported as the solver's word, never as
/// proven.
pub(crate) const SOLVER_BOUND: f64 = 1e-6;
