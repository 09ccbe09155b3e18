//! `.npy`, IDX, PNG and gzip: files that NumPy made, every entry type, damaged and lying headers.

use attractor::io::{Data, ReadError, labels_from_bytes, read_labels, read_patterns};
use attractor::{Binarisation, Images, Patterns, Selection, Shape, Threshold};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(bytes: &[u8]) -> Result<Patterns, ReadError> {
    Data::from_reader("input", bytes)?.patterns(&Binarisation::default())
}

fn refusal(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn idx(kind: u8, sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, kind, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(data);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn png(
    width: u32,
    height: u32,
    colour: png::ColorType,
    depth: png::BitDepth,
    data: &[u8],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn what_numpy_writes_is_read() {
    let expected =
        Patterns::from_signs(3, 5, &[1, -1, -1, 1, 1, -1, -1, 1, 1, -1, 1, 1, 1, -1, 1]).unwrap();
    let mut files = 0;
    for entry in std::fs::read_dir(here("tests/data/npy")).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(
            read_patterns(&path).unwrap(),
            expected,
            "{}",
            path.display()
        );
        files += 1;
    }
    assert_eq!(files, 17);
}

#[test]
fn archives_of_one_array_are_read() {
    let expected = read_patterns(&here("tests/data/npy/signs_i1.npy")).unwrap();
    for name in ["stored", "packed"] {
        let bytes = std::fs::read(here(&format!("tests/data/npz/{name}.npz"))).unwrap();
        assert_eq!(read(&bytes).unwrap(), expected, "{name}");
        for length in 4..bytes.len() {
            assert!(read(&bytes[..length]).is_err(), "{name}: {length} bytes");
        }
    }
    let two = std::fs::read(here("tests/data/npz/two.npz")).unwrap();
    assert!(refusal(&two).contains("holds 2 arrays (a.npy"));
}

#[test]
fn grey_arrays_are_images_or_need_a_threshold() {
    let folder = |name: &str| Data::read(&here(&format!("tests/data/npz/{name}.npy"))).unwrap();
    for name in ["grey", "grey_fortran"] {
        let data = folder(name);
        let images = data.images().unwrap().images();
        assert_eq!(
            (images.len(), images[1].shape().to_string()),
            (2, "3x4".to_owned())
        );
        let expected: Vec<f32> = (12..24).map(|k| 10.0 * k as f32).collect();
        assert_eq!(images[1].pixels(), expected, "{name}");
    }
    let rows = folder("grey_rows");
    let refused = rows
        .patterns(&Binarisation::default())
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("threshold") && refused.contains("row 1, column 2"),
        "{refused}"
    );
    let grey = rows.clone().into_grey(None).unwrap();
    // White is 1, half of it 127.5 of 255.
    let patterns = grey.patterns(&Binarisation::default()).unwrap();
    assert_eq!((0..12).filter(|&i| patterns.is_plus(1, i)).count(), 11);
    let shape = Shape {
        height: 2,
        width: 2,
    };
    assert!(
        rows.into_grey(Some(shape))
            .unwrap_err()
            .to_string()
            .contains("2x2")
    );

    let text = |text: &str| Data::from_reader("text", text.as_bytes());
    let grey = text("0,10,200\n250,0,0\n")
        .unwrap()
        .into_grey(None)
        .unwrap();
    let patterns = grey.patterns(&Binarisation::default()).unwrap();
    assert_eq!(patterns.signs(0).collect::<Vec<_>>(), [-1, -1, 1]);
    let refused = |data: Data| data.into_grey(None).unwrap_err().to_string();
    assert!(refused(text("0,1\n").unwrap()).contains("holds patterns already"));
    assert!(refused(text("-3,10\n").unwrap()).contains("grey value -3"));
    for odd in ["?,10\n", "10,?\n", "10,x\n", "10,inf\n"] {
        assert!(text(odd).is_err(), "{odd}");
    }
}

/// An entry type: NumPy's code and the bytes of −1 (if it has one), 0 and 1, little-endian.
type EntryType = (&'static str, Option<Vec<u8>>, Vec<u8>, Vec<u8>);

fn entry_types() -> Vec<EntryType> {
    fn ints<const K: usize>(code: &'static str, signed: bool) -> EntryType {
        let mut one = vec![0; K];
        one[0] = 1;
        (code, signed.then(|| vec![0xff; K]), vec![0; K], one)
    }
    vec![
        ints::<1>("b1", false),
        ints::<1>("u1", false),
        ints::<2>("u2", false),
        ints::<4>("u4", false),
        ints::<8>("u8", false),
        ints::<1>("i1", true),
        ints::<2>("i2", true),
        ints::<4>("i4", true),
        ints::<8>("i8", true),
        ("f2", Some(vec![0, 0xbc]), vec![0, 0], vec![0, 0x3c]),
        (
            "f4",
            Some((-1f32).to_le_bytes().into()),
            vec![0; 4],
            1f32.to_le_bytes().into(),
        ),
        (
            "f8",
            Some((-1f64).to_le_bytes().into()),
            vec![0; 8],
            1f64.to_le_bytes().into(),
        ),
    ]
}

proptest! {
    #[test]
    fn every_entry_type_order_and_endianness(
        count in 1usize..5, neurons in 1usize..9, seed in any::<u64>(),
        kind in 0usize..12, big in any::<bool>(), fortran in any::<bool>(), signs in any::<bool>(),
    ) {
        let patterns = Patterns::random(count, neurons, seed).unwrap();
        let (code, minus, zero, one) = entry_types().swap_remove(kind);
        // In 0/1, a set of +1 alone reads as +1, a set of -1 alone as -1: both codings are whole.
        let low = minus.filter(|_| signs).unwrap_or(zero);
        let cells: Vec<(usize, usize)> = if fortran {
            (0..neurons).flat_map(|i| (0..count).map(move |mu| (mu, i))).collect()
        } else {
            (0..count).flat_map(|mu| (0..neurons).map(move |i| (mu, i))).collect()
        };
        let mut data = Vec::new();
        for (mu, i) in cells {
            let mut entry = if patterns.is_plus(mu, i) { one.clone() } else { low.clone() };
            if big {
                entry.reverse();
            }
            data.extend(entry);
        }
        let order = if big { '>' } else { '<' };
        let fortran = if fortran { "True" } else { "False" };
        let header = format!("{{'shape': ({count}, {neurons}), 'fortran_order': {fortran}, 'descr': '{order}{code}'}}\n");
        prop_assert_eq!(&read(&npy(&header, &data)).unwrap(), &patterns);
        prop_assert_eq!(&read(&gzip(&npy(&header, &data))).unwrap(), &patterns);
        prop_assert!(read(&npy(&header, &data[1..])).is_err());
        data.push(1);
        prop_assert!(read(&npy(&header, &data)).is_err());
    }
}

#[test]
fn npy_refusals_say_why() {
    let header = |descr: &str, shape: &str| {
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n")
    };
    let refuse = |descr: &str, shape: &str, data: &[u8]| refusal(&npy(&header(descr, shape), data));
    // Headers that ask for 2^60 bytes, or for more than there are numbers of bytes.
    let huge = "(1073741824, 1073741824)";
    assert!(
        refuse("<i1", huge, &[1; 9])
            .contains("truncated: the array should have 1152921504606846976")
    );
    assert!(
        refuse("<i1", "(18446744073709551615, 18446744073709551615)", &[1]).contains("too large")
    );
    assert!(refuse("<f8", "(4294967296, 4294967296)", &[1]).contains("too large"));
    assert!(refuse("<i1", "(99999999999999999999, 1)", &[1]).contains("no size"));
    assert!(refuse("<i1", "(1, 2)", &[1]).contains("should have 2 bytes, but only 1 are there"));
    assert!(refuse("<i1", "(1, 2)", &[1, 1, 1]).contains("goes on after the 2 bytes"));
    assert!(refuse("<i1", "(0, 2)", &[]).contains("is empty"));
    assert!(refuse("<i1", "(2,)", &[1, 1]).contains("array of 1 dimensions"));
    assert!(refuse("<i1", "(1, 1, 1, 1)", &[1]).contains("array of 4 dimensions"));
    assert!(refuse("|i1", "(2, 2)", &[1, 0, 1, 5]).contains("row 2, column 2: `5`"));
    assert!(refuse("<f8", "(1, 1)", &f64::NAN.to_le_bytes()).contains("row 1, column 1: `NaN`"));
    assert!(refuse("<f4", "(1, 1)", &f32::NEG_INFINITY.to_le_bytes()).contains("`-inf`"));
    assert!(refuse("<f2", "(1, 1)", &[0, 0x7c]).contains("`inf`"));
    assert!(refuse("|b1", "(1, 1)", &[2]).contains("`2`"));
    assert!(refuse("<c16", "(1, 1)", &[0; 16]).contains("entries of type <c16"));
    assert!(refuse("|O", "(1, 1)", &[0; 16]).contains("entries of type |O"));
    assert!(refusal(b"\x93NUMPY").contains("ends too early"));
    assert!(refusal(b"\x93NUMPY\x09\x00\x01\x00").contains("version 9"));
    assert!(refusal(b"\x93NUMPY\x01\x00\xff\xff{").contains("cut off"));
    assert!(refusal(&npy("{'descr': '|i1'}", &[])).contains("no `fortran_order`"));
}

#[test]
fn idx_refusals_say_why() {
    let huge = idx(8, &[1 << 20, 1 << 20, 1 << 20], &[1; 100]);
    assert!(refusal(&huge).contains("should have 1152921504606846976 bytes, but only 100"));
    assert!(refusal(&idx(8, &[u32::MAX; 3], &[1])).contains("truncated"));
    assert!(refusal(&idx(8, &[1, 2, 2], &[255; 3])).contains("truncated"));
    assert!(refusal(&idx(8, &[1, 2, 2], &[255; 5])).contains("goes on after the 4 bytes"));
    assert!(refusal(&idx(8, &[0, 2, 2], &[])).contains("is empty"));
    assert!(refusal(&[0, 0, 8, 3, 0, 0]).contains("truncated: the IDX header"));
    assert!(refusal(&idx(8, &[2], &[1, 2])).contains("labels"));
    assert!(refusal(&idx(0x0d, &[1, 1, 1], &[0; 4])).contains("type 0x0d"));
    assert!(refusal(&idx(8, &[1, 2], &[1, 7])).contains("row 1, column 2: `7`"));
    assert!(refusal(&idx(8, &[1, 1, 4], &[1, 3, 16, 2])).contains("the brightest is 16"));
    assert_eq!(read(&idx(9, &[2, 1], &[1, 0xff])).unwrap().sign(1, 0), -1);
    assert!(labels_from_bytes("labels", &idx(8, &[3], &[1, 2])).is_err());
    assert!(labels_from_bytes("labels", &idx(8, &[1, 1, 1], &[1])).is_err());
    assert_eq!(
        labels_from_bytes("labels", &gzip(&idx(8, &[2], &[9, 7]))).unwrap(),
        [9, 7]
    );
}

#[test]
fn a_gzip_bomb_stops_at_its_header_or_at_the_maximum() {
    // 64 MiB of zeros in 64 kB, behind a header that announces four pixels.
    let mut bytes = idx(8, &[1, 2, 2], &[]);
    bytes.resize(1 << 26, 0);
    assert!(refusal(&gzip(&bytes)).contains("goes on after the 4 bytes"));
    let cut = gzip(&idx(8, &[1, 2, 2], &[255; 4]));
    assert!(refusal(&cut[..cut.len() - 9]).contains("input:"));
}

#[test]
fn png_images_become_grey() {
    use png::{BitDepth, ColorType};
    let grey = |bytes: &[u8]| {
        Images::from_bytes("image", bytes).unwrap().images()[0]
            .pixels()
            .to_vec()
    };
    assert_eq!(
        grey(&png(2, 1, ColorType::Grayscale, BitDepth::Eight, &[3, 200])),
        [3.0, 200.0]
    );
    assert_eq!(
        grey(&png(
            2,
            1,
            ColorType::Grayscale,
            BitDepth::One,
            &[0b0100_0000]
        )),
        [0.0, 255.0]
    );
    assert_eq!(
        grey(&png(
            1,
            1,
            ColorType::Grayscale,
            BitDepth::Sixteen,
            &[255, 255]
        )),
        [255.0]
    );
    assert_eq!(
        grey(&png(
            1,
            1,
            ColorType::GrayscaleAlpha,
            BitDepth::Eight,
            &[0, 51]
        )),
        [204.0]
    );
    let rgb = grey(&png(1, 1, ColorType::Rgb, BitDepth::Eight, &[10, 20, 30]));
    assert!((rgb[0] - (2.99 + 11.74 + 3.42)).abs() < 1e-4);
    let whole = png(
        3,
        2,
        ColorType::Grayscale,
        BitDepth::Eight,
        &[0, 255, 0, 255, 0, 255],
    );
    assert_eq!(
        read(&whole).unwrap().signs(0).collect::<Vec<_>>(),
        [-1, 1, -1, 1, -1, 1]
    );
    for length in 0..whole.len() - 12 {
        assert!(read(&whole[..length]).is_err(), "{length} bytes");
    }
    // A header that asks for 2^31 by 2^31 pixels.
    let mut huge = whole.clone();
    huge[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    let crc = crc32(&huge[12..29]);
    huge[29..33].copy_from_slice(&crc.to_be_bytes());
    assert!(refusal(&huge).contains("at most 2^28"));
}

#[test]
fn jpeg_images_are_grey_as_pillow_reads_them() {
    let table = std::fs::read_to_string(here("tests/data/jpeg/pillow.txt")).unwrap();
    for line in table.lines() {
        let mut words = line.split(' ');
        let name = words.next().unwrap();
        let expected: Vec<f32> = words.map(|word| word.parse().unwrap()).collect();
        let bytes = std::fs::read(here(&format!("tests/data/jpeg/{name}.jpg"))).unwrap();
        let images = Images::from_bytes(name, &bytes).unwrap();
        let image = &images.images()[0];
        assert_eq!(image.shape().to_string(), "12x20", "{name}");
        // Decoders may round differently in the inverse cosine transform and in the conversion of colours.
        let differences = image
            .pixels()
            .iter()
            .zip(&expected)
            .map(|(a, b)| (a - b).abs());
        let most = differences.fold(0.0, f32::max);
        assert!(most <= 3.0, "{name}: {most}");
        for length in 3..bytes.len() {
            assert!(read(&bytes[..length]).is_err(), "{name}: {length} bytes");
        }
    }
    // A header that announces 2^32 pixels in a file of some hundred bytes.
    let mut huge = std::fs::read(here("tests/data/jpeg/grey.jpg")).unwrap();
    let frame = huge
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    huge[frame + 5..frame + 9].copy_from_slice(&[0x3f, 0xff, 0x3f, 0xff]);
    assert!(refusal(&huge).contains("truncated"), "{}", refusal(&huge));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn folders_are_read_in_order_and_resized() {
    let folder = tempfile::tempdir().unwrap();
    let grey = |width, height, value| {
        let data = vec![value; (width * height) as usize];
        png(
            width,
            height,
            png::ColorType::Grayscale,
            png::BitDepth::Eight,
            &data,
        )
    };
    std::fs::write(folder.path().join("b.png"), grey(2, 2, 0)).unwrap();
    std::fs::write(folder.path().join("a.PNG"), grey(3, 2, 255)).unwrap();
    for (name, text) in [("notes.txt", "no image"), ("c.bmp", "BM"), (".hidden", "")] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let error = read_patterns(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("a.PNG` has 2x3 pixels") && error.contains("b.png` has 2x2"),
        "{error}"
    );
    let shape = Shape {
        height: 4,
        width: 4,
    };
    let how = Binarisation {
        shape: Some(shape),
        threshold: Threshold::Half,
    };
    let data = Data::read(folder.path()).unwrap();
    let patterns = data.patterns(&how).unwrap();
    let notes: Vec<String> = data.notes().iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        ["left out c.bmp (convert it to PNG), notes.txt (no PNG or JPEG by its name)"]
    );
    std::fs::write(folder.path().join("d.jpg"), "no image").unwrap();
    let error = read_patterns(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("d.jpg") && error.contains("name is that of an image"),
        "{error}"
    );
    assert_eq!(
        (patterns.count(), patterns.sign(0, 5), patterns.sign(1, 5)),
        (2, 1, -1)
    );
}

#[test]
fn bundled_digits_resized_and_binarised_as_pillow_does() {
    let images = Images::read(&here("../lab/data/mnist-images-idx3-ubyte.gz")).unwrap();
    let labels = read_labels(&here("../lab/data/mnist-labels-idx1-ubyte.gz")).unwrap();
    assert_eq!(
        (images.count(), images.shape().unwrap().neurons()),
        (10_000, 784)
    );
    assert_eq!(labels[..10], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    // The counts and digests are Pillow's: tests/data/make.py.
    let expected = [
        (
            9,
            8_604,
            "2ac81109968db610c03866c8874fcc0fa0509afd933df900522610b4c82bda37",
        ),
        (
            12,
            9_552,
            "f3eedb6b6b9eb7b64266a41a4e4fc325c640c3327c53b4c4629a1d3f14738764",
        ),
    ];
    for (side, distinct, digest) in expected {
        let shape = Shape {
            height: side,
            width: side,
        };
        let how = Binarisation {
            shape: Some(shape),
            threshold: Threshold::Half,
        };
        let patterns = images.patterns(&how).unwrap();
        let all = Selection {
            distinct: true,
            ..Selection::default()
        };
        assert_eq!(all.choose(&patterns, None).unwrap().len(), distinct);
        let first: Vec<usize> = (0..100).collect();
        assert_eq!(patterns.select(&first).unwrap().sha256(), digest);
        let two = Selection {
            classes: Some(vec![3, 8]),
            per_class: Some(2),
            ..Selection::default()
        };
        let chosen = two.choose(&patterns, Some(&labels)).unwrap();
        assert_eq!(
            chosen
                .iter()
                .map(|&mu| labels[mu])
                .filter(|&label| label == 3)
                .count(),
            2
        );
        assert_eq!(chosen.len(), 4);
    }
}
