"""The fewest errors of a half space over real features of few dimensions, by cell enumeration in exact arithmetic.

Each point x, with a 1 added, is a hyperplane w·(x, 1) = 0 in the space of weights w; together they cut that space into cells of
weights with equal answers. Every cell of an arrangement of rank r touches a ray on which r − 1 independent hyperplanes meet
(Nguyen and Sanner, ICML 2013; He and Little, arXiv:2306.12344, whose E01-CE this is, for points in any position). So each such
ray is tried, in both directions: points beside it are right or wrong at once; those on it span rank r − 1, where the weights
next to the ray can give them the answers of any cell of *their* arrangement, which is the same question in one dimension less.
"""

import itertools
import math

import numpy as np

# Entries of one block of fields. Larger: memory. Smaller: NumPy's calls outweigh its work.
BLOCK = 1 << 23


def whole(features):
    """Columns of decimal fractions as whole numbers, each by a power of ten and less the middle of its range: no half space changes."""
    columns = []
    for column in np.asarray(features, float).T:
        places = next(k for k in range(10) if np.allclose(np.round(column, k), column, rtol=0, atol=1e-12))
        scaled = np.round(column * 10.0**places)
        columns.append(scaled - np.round((scaled.min() + scaled.max()) / 2))
    return np.stack(columns, axis=1)


def fewest_errors(points, positive):
    """The fewest rows on the wrong side of any half space. `points`: n×d whole numbers; `positive`: n truth values."""
    points, index = np.unique(points, axis=0, return_inverse=True)
    surplus = np.bincount(index.ravel(), weights=np.where(positive, 1, -1), minlength=len(points))
    of_both = (len(positive) - np.abs(surplus).sum()) / 2  # equal points of both classes
    rows = np.hstack([points, np.ones((len(points), 1))])
    return int(of_both + _fewest(rows[surplus != 0], surplus[surplus != 0], {}))


def _fewest(rows, surplus, known):
    """The least sum of |surplus| over rows whose field has the wrong sign, among all cells. `known`: answers by rows on a ray."""
    rows = rows[:, _independent(rows.T)]
    rank = rows.shape[1]
    total = np.abs(surplus).sum()
    if rank == 0:
        return 0.0
    if rank == 1:
        agreeing = np.sign(rows[:, 0]) @ surplus
        return (total - abs(agreeing)) / 2
    if math.factorial(rank) * np.prod(np.abs(rows).max(axis=0)) > 2**53:
        raise ValueError("points: whole numbers too large for exact determinants in floating point")
    best = total
    for block in _blocks(len(rows), rank):
        normals = _normals(rows[block])
        signs = np.sign(normals @ rows.T).astype(np.float32)
        beside = np.abs(signs) @ np.abs(surplus).astype(np.float32)
        wrong = (beside - np.abs(signs @ surplus.astype(np.float32))) / 2  # of the better direction
        # A ray of independent rows alone can give each of them its answer.
        alone = len(rows) - np.count_nonzero(signs, axis=1) == rank - 1
        best = min(best, wrong[alone].min(initial=best))
        for ray in np.flatnonzero(~alone & (wrong < best) & normals.any(axis=1)):
            on = signs[ray] == 0
            key = (rank, on.tobytes())
            if key not in known:
                known[key] = _fewest(rows[on], surplus[on], {})
            best = min(best, wrong[ray] + known[key])
    return best


def _independent(vectors):
    """Indices of vectors that span all of them, each independent of those before."""
    chosen = []
    for k in range(len(vectors)):
        if np.linalg.matrix_rank(vectors[[*chosen, k]]) > len(chosen):
            chosen.append(k)
    return chosen


def _blocks(count, rank):
    """All sets of rank − 1 of `count` rows, in blocks."""
    sets = itertools.combinations(range(count), rank - 1)
    size = max(1, BLOCK // count)
    while block := list(itertools.islice(sets, size)):
        yield np.array(block)


def _normals(rows):
    """What is orthogonal to each block of r − 1 rows of length r: cofactors, exact in floating point below 2^53."""
    rank = rows.shape[2]
    minors = [_determinant(np.delete(rows, k, axis=2)) for k in range(rank)]
    return np.stack([(-1) ** k * minor for k, minor in enumerate(minors)], axis=1)


def _determinant(matrices):
    """By the first row: NumPy's is by elimination, which rounds."""
    size = matrices.shape[1]
    if size == 1:
        return matrices[:, 0, 0]
    parts = (
        (-1) ** k * matrices[:, 0, k] * _determinant(np.delete(matrices[:, 1:], k, axis=2)) for k in range(size)
    )
    return sum(parts)
