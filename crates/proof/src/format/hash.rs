//! Hash: the SHA-256 that ties a certificate to its patterns and its network, whatever files they came from.

use attractor::{Network, Patterns};
use sha2::{Digest, Sha256};

/// SHA-256, in lower-case hexadecimal digits, of the line `attractor-patterns-v1`, the line `P N`, and the P·N signs
/// row by row as the characters `+` and `-`.
pub fn patterns_sha256(patterns: &Patterns) -> String {
    patterns.sha256()
}

/// SHA-256, in lower-case hexadecimal digits, of the line `attractor-network-v1`, the line `N`, and the N² weights row
/// by row and N biases as little-endian IEEE 754 doubles, −0 written as +0.
pub fn network_sha256(network: &Network) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("attractor-network-v1\n{}\n", network.neurons()));
    let rows = (0..network.neurons())
        .map(|i| network.row(i))
        .chain([network.biases()]);
    for row in rows {
        let bytes: Vec<u8> = row.iter().flat_map(|w| (w + 0.0).to_le_bytes()).collect();
        hash.update(&bytes);
    }
    hexadecimal(hash)
}

/// SHA-256 of bytes, such as those of a certificate file, in lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(bytes);
    hexadecimal(hash)
}

fn hexadecimal(hash: Sha256) -> String {
    let digits = |byte: u8| {
        [byte >> 4, byte & 15].map(|half| char::from_digit(u32::from(half), 16).unwrap_or('0'))
    };
    hash.finalize().into_iter().flat_map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::Symmetry;

    #[test]
    fn hashes_are_those_of_the_specification() {
        // printf 'attractor-patterns-v1\n2 3\n+-+--+' | sha256sum
        let patterns = Patterns::from_signs(2, 3, &[1, -1, 1, -1, -1, 1]).unwrap();
        assert_eq!(
            patterns_sha256(&patterns),
            "a15b918fce27dc42d418cc3a1fd90af77a5b3c49af3592b06b4af569dbca99ad"
        );
        // printf 'attractor-network-v1\n1\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0\x3f' | sha256sum
        let network = Network::new(Symmetry::Directed, vec![-0.0], vec![1.0]).unwrap();
        assert_eq!(
            network_sha256(&network),
            "5079709317b1db6ee81aa5503e22ccf994d45badad40b3afa07026395ee413c2"
        );
    }
}
