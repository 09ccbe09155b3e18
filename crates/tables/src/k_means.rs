//! Optimal clusters of numbers.

/// Beyond this many different values, each cut is looked for between those of its neighbours alone, which takes
/// n log n steps for n². Rounding could then choose another of two equally good cuts; small sets keep the full search.
const FULL_SEARCH: usize = 4096;

/// The centres of an optimal k-means in one dimension with k = min(`most`, different values), ascending. It is the exact
/// dynamic program over the sorted values of Wang & Song (2011), whose clusters are intervals. `values` gets sorted.
pub(crate) fn k_means(values: &mut [f64], most: usize) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let sums = Sums::of(values);
    let n = sums.different;
    let k = most.min(n);
    let mut cost: Vec<f64> = (0..=n)
        .map(|to| if to == 0 { 0.0 } else { sums.spread(0, to) })
        .collect();
    let mut cuts = vec![vec![0; n + 1]];
    for clusters in 2..=k {
        let mut step = Step {
            sums: &sums,
            before: &cost,
            clusters,
            cost: vec![f64::INFINITY; n + 1],
            cut: vec![0; n + 1],
        };
        if n <= FULL_SEARCH {
            for to in clusters..=n {
                step.search(to, clusters - 1, to);
            }
        } else {
            step.search_range(clusters, n, clusters - 1, n);
        }
        cuts.push(step.cut);
        cost = step.cost;
    }
    let mut centres = Vec::with_capacity(k);
    let mut to = n;
    for cut in cuts.iter().rev() {
        let from = cut[to];
        centres.push(sums.mean(from, to));
        to = from;
    }
    centres.reverse();
    centres
}

/// Sums of weight, w·x and w·x² before each of the different values, x measured from the middle one against cancellation.
struct Sums {
    different: usize,
    origin: f64,
    before: Vec<[f64; 3]>,
}

impl Sums {
    fn of(sorted: &[f64]) -> Self {
        let mut different: Vec<(f64, f64)> = Vec::new();
        for &x in sorted {
            match different.last_mut() {
                Some((last, weight)) if *last == x => *weight += 1.0,
                _ => different.push((x, 1.0)),
            }
        }
        let n = different.len();
        let origin = different[n / 2].0;
        let mut sums = vec![[0.0; 3]; n + 1];
        for (m, &(x, weight)) in different.iter().enumerate() {
            let d = x - origin;
            sums[m + 1] = [
                sums[m][0] + weight,
                sums[m][1] + weight * d,
                sums[m][2] + weight * d * d,
            ];
        }
        Self {
            different: n,
            origin,
            before: sums,
        }
    }

    fn part(&self, from: usize, to: usize, power: usize) -> f64 {
        self.before[to][power] - self.before[from][power]
    }

    /// Σ w (x − mean)² of these values.
    fn spread(&self, from: usize, to: usize) -> f64 {
        self.part(from, to, 2) - self.part(from, to, 1).powi(2) / self.part(from, to, 0)
    }

    fn mean(&self, from: usize, to: usize) -> f64 {
        self.origin + self.part(from, to, 1) / self.part(from, to, 0)
    }
}

/// The best partitions into one cluster more.
struct Step<'a> {
    sums: &'a Sums,
    /// Least cost of the first values in one cluster less.
    before: &'a [f64],
    clusters: usize,
    cost: Vec<f64>,
    cut: Vec<usize>,
}

impl Step<'_> {
    /// Where the last cluster of the first `to` values begins: the first best from `first` to before `end`.
    fn search(&mut self, to: usize, first: usize, end: usize) {
        for from in first..end.min(to) {
            let total = self.before[from] + self.sums.spread(from, to);
            if total < self.cost[to] {
                (self.cost[to], self.cut[to]) = (total, from);
            }
        }
    }

    /// The same for all from `low` to `high`: cuts ascend with the number of values.
    fn search_range(&mut self, low: usize, high: usize, first: usize, last: usize) {
        if low > high {
            return;
        }
        let middle = usize::midpoint(low, high);
        self.search(middle, first, last + 1);
        let cut = self.cut[middle];
        if middle > low {
            self.search_range(low, middle - 1, first.max(self.clusters - 1), cut);
        }
        self.search_range(middle + 1, high, cut, last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inertia(values: &[f64], centres: &[f64]) -> f64 {
        let nearest = |x: f64| {
            centres
                .iter()
                .map(|c| (x - c).powi(2))
                .fold(f64::INFINITY, f64::min)
        };
        values.iter().map(|&x| nearest(x)).sum()
    }

    proptest! {
        #[test]
        fn k_means_is_optimal(mut values in prop::collection::vec(-20i32..20, 3..12).prop_map(|v| v.into_iter().map(f64::from).collect::<Vec<_>>())) {
            let centres = k_means(&mut values, 3);
            prop_assert!(centres.is_sorted());
            let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
            let mut best = f64::INFINITY;
            for a in 1..values.len() - 1 {
                for b in a + 1..values.len() {
                    let split = [mean(&values[..a]), mean(&values[a..b]), mean(&values[b..])];
                    best = best.min(inertia(&values, &split));
                }
            }
            prop_assert!(inertia(&values, &centres) <= best + 1e-9);
        }
    }

    #[test]
    fn many_values_take_the_short_way_to_the_same_centres() {
        let mut values: Vec<f64> = (0..5000u32).map(|k| f64::from(k).powf(1.5)).collect();
        let centres = k_means(&mut values, 4);
        let sums = Sums::of(&values);
        assert!(sums.different > FULL_SEARCH && centres.len() == 4);
        // Lloyd's step moves none of them, and they beat equal shares.
        for (k, &centre) in centres.iter().enumerate() {
            let own: Vec<f64> = values
                .iter()
                .copied()
                .filter(|x| centres.iter().all(|c| (x - centre).abs() <= (x - c).abs()))
                .collect();
            let mean = own.iter().sum::<f64>() / own.len() as f64;
            assert!((mean - centre).abs() < 1e-3, "{k}: {mean} {centre}");
        }
        let quarters: Vec<f64> = [0.125, 0.375, 0.625, 0.875]
            .map(|q| q * values[4999])
            .to_vec();
        assert!(inertia(&values, &centres) <= inertia(&values, &quarters));
    }
}
