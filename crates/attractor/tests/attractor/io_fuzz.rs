//! No bytes make a reader panic: random bytes behind every magic number, and whole files with bytes changed.

use attractor::io::{Data, NetworkFile, TableFormat, encode_patterns, labels_from_bytes};
use attractor::{Binarisation, Patterns, Shape, Threshold};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write;

fn read_in_every_way(bytes: &[u8]) {
    let shape = Shape {
        height: 2,
        width: 3,
    };
    let ways = [
        Binarisation::default(),
        Binarisation {
            shape: Some(shape),
            threshold: Threshold::Otsu,
        },
        Binarisation {
            shape: None,
            threshold: Threshold::Mean,
        },
    ];
    if let Ok(data) = Data::from_reader("bytes", bytes) {
        let _ = (
            data.clone().into_grey(None),
            data.clone().into_grey(Some(shape)),
        );
        for how in ways {
            let _ = (data.patterns(&how), data.cues(&how), data.shape(&how));
        }
    }
    let _ = NetworkFile::from_bytes("bytes", bytes);
    let _ = labels_from_bytes("bytes", bytes);
}

fn starts() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![
        &b""[..],
        b"\x93NUMPY\x01\x00",
        b"\x93NUMPY\x01\x00\x40\x00{'descr': '|i1', 'fortran_order': True, 'shape': (2, 2)",
        b"\x00\x00\x08\x03\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00",
        b"\x00\x00\x08\x01\x00\x00\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
        b"\xff\xd8\xff\xe0",
        b"PK\x03\x04",
        b"1,-1,0\n",
        b"9,-1,0\n",
        b"\x10\x00\x00\x00\x00\x00\x00\x00{",
    ])
}

/// A whole file in each binary format.
fn file(kind: usize, patterns: &Patterns) -> Vec<u8> {
    match kind {
        0 => encode_patterns(patterns, TableFormat::Npy),
        1 => encode_patterns(patterns, TableFormat::Csv),
        2 => {
            let shape = Shape {
                height: 2,
                width: 3,
            };
            let mut bytes = Vec::new();
            let grid = attractor::picture::pattern_grid(patterns, shape, 2).unwrap();
            grid.write_to(&mut bytes).unwrap();
            bytes
        }
        3 => include_bytes!("../data/jpeg/progressive.jpg").to_vec(),
        4 => include_bytes!("../data/jpeg/colour.jpg").to_vec(),
        5 => include_bytes!("../data/npz/packed.npz").to_vec(),
        _ => {
            let mut bytes = b"\0\0\x08\x03\0\0\0\x03\0\0\0\x02\0\0\0\x03".to_vec();
            bytes.extend((0..3).flat_map(|mu| patterns.signs(mu).map(|sign| sign as u8)));
            bytes
        }
    }
}

/// The same bytes gzipped, so that damage reaches the unpacker too.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes(start in starts(), rest in prop::collection::vec(any::<u8>(), 0..200)) {
        read_in_every_way(&[start, &rest].concat());
    }

    #[test]
    fn text_like_bytes(text in "[-+01?.,; \t\r\n#\"aN]{0,60}") {
        read_in_every_way(text.as_bytes());
    }

    #[test]
    fn whole_files_with_bytes_changed(
        kind in 0usize..7, packed in any::<bool>(), seed in any::<u64>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        length in any::<prop::sample::Index>(),
    ) {
        let mut bytes = file(kind, &Patterns::random(3, 6, seed).unwrap());
        if packed {
            bytes = gzip(&bytes);
        }
        for (place, byte) in &changes {
            let at = place.index(bytes.len());
            bytes[at] = *byte;
        }
        read_in_every_way(&bytes);
        read_in_every_way(&bytes[..length.index(bytes.len())]);
    }
}
