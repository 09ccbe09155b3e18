//! Dashes: a line broken into pieces along its length.

/// The pieces of a line of pixels, each `piece` long and `gap` from the next, measured along the line round its corners.
pub(super) fn dashes(line: &[(i32, i32)], piece: u32, gap: u32) -> Vec<Vec<(i32, i32)>> {
    let (mut pieces, mut current) = (Vec::new(), Vec::new());
    let (mut is_drawn, mut left) = (true, f64::from(piece));
    for ends in line.windows(2) {
        let [from, to] = [ends[0], ends[1]].map(|(x, y)| (f64::from(x), f64::from(y)));
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let at = |way: f64| {
            let share = if length > 0.0 { way / length } else { 1.0 };
            let between = |a: f64, b: f64| (a + share * (b - a)).round() as i32;
            (between(from.0, to.0), between(from.1, to.1))
        };
        let mut way = 0.0;
        if is_drawn {
            current.push(at(way));
        }
        while length - way > left {
            way += left;
            current.push(at(way));
            if is_drawn {
                pieces.push(std::mem::take(&mut current));
            }
            is_drawn = !is_drawn;
            left = f64::from(if is_drawn { piece } else { gap });
        }
        left -= length - way;
    }
    if is_drawn && let Some(&end) = line.last() {
        current.push(end);
        pieces.push(current);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_go_round_corners() {
        let line = [(0, 0), (10, 0), (10, 10)];
        let found = dashes(&line, 6, 2);
        let wanted: [&[(i32, i32)]; 3] = [
            &[(0, 0), (6, 0)],
            &[(8, 0), (10, 0), (10, 4)],
            &[(10, 6), (10, 10)],
        ];
        assert_eq!(found, wanted);
        assert!(dashes(&[], 6, 2).is_empty());
        assert_eq!(dashes(&[(3, 3)], 6, 2), [[(3, 3)]]);
    }
}
