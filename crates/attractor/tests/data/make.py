# /// script
# dependencies = ["numpy", "pillow"]
# ///
"""Makes the reference data beside it with NumPy and Pillow, the outside programs that the readers are held against.

Usage: uv run make.py, or python make.py with NumPy and Pillow installed.
"""

import gzip
import hashlib
import pathlib

import numpy as np
from PIL import Image

here = pathlib.Path(__file__).parent


def npy():
    signs = np.array([[1, -1, -1, 1, 1], [-1, -1, 1, 1, -1], [1, 1, 1, -1, 1]])
    bits = (signs + 1) // 2
    for code in ["i1", "<i2", ">i4", "<i8", "<f2", ">f2", "<f4", ">f8", "<f8"]:
        name = code.replace("<", "le_").replace(">", "be_")
        np.save(here / "npy" / f"signs_{name}.npy", signs.astype(code))
    for code in ["?", "u1", ">u2", "<u4", ">u8", "<i8"]:
        name = code.replace("<", "le_").replace(">", "be_").replace("?", "bool")
        np.save(here / "npy" / f"bits_{name}.npy", bits.astype(code))
    np.save(here / "npy" / "signs_fortran.npy", np.asfortranarray(signs.astype("<i4")))
    with open(here / "npy" / "signs_version2.npy", "wb") as file:
        np.lib.format.write_array(file, signs.astype("i1"), version=(2, 0))


def npz():
    """Archives of one array and of two; grey images in both orders."""
    signs = np.array([[1, -1, -1, 1, 1], [-1, -1, 1, 1, -1], [1, 1, 1, -1, 1]], dtype="i1")
    folder = here / "npz"
    np.savez(folder / "stored.npz", signs)
    np.savez_compressed(folder / "packed.npz", signs)
    np.savez(folder / "two.npz", a=signs, b=signs)
    grey = np.arange(24, dtype="u1").reshape(2, 3, 4) * 10
    np.save(folder / "grey.npy", grey)
    np.save(folder / "grey_fortran.npy", np.asfortranarray(grey))
    np.save(folder / "grey_rows.npy", grey.reshape(2, 12).astype("<f4") / 255)


def jpeg():
    """Small images in the kinds of JPEG there are, and the grey values that Pillow reads in them."""
    y, x = np.mgrid[0:12, 0:20]
    colour = np.stack([12 * x, 20 * y, 255 - 6 * (x + y)], axis=-1).astype(np.uint8)
    image = Image.fromarray(colour)
    kinds = {
        "grey": (image.convert("L"), {}),
        "colour": (image, {}),
        "progressive": (image, {"progressive": True}),
        "whole": (image, {"subsampling": 0, "quality": 95}),
        "cmyk": (image.convert("CMYK"), {}),
    }
    lines = []
    for name, (image, options) in kinds.items():
        path = here / "jpeg" / f"{name}.jpg"
        image.save(path, **options)
        values = np.asarray(Image.open(path).convert("L")).ravel()
        lines.append(" ".join([name, *map(str, values)]))
    (here / "jpeg" / "pillow.txt").write_text("\n".join(lines) + "\n")


def bicubic():
    """Grey 28x28 of a formula, resized in floating point."""
    y, x = np.mgrid[0:28, 0:28]
    source = ((7 * y * y + 13 * x + 5 * x * y) % 256).astype(np.float32)
    lines = []
    for height, width in [(12, 12), (9, 9), (5, 7), (28, 14), (40, 33), (1, 1)]:
        image = Image.fromarray(source).resize((width, height), Image.Resampling.BICUBIC)
        values = " ".join(f"{value:.4f}" for value in np.asarray(image).ravel())
        lines.append(f"{height}x{width} {values}")
    (here / "pillow_bicubic.txt").write_text("\n".join(lines) + "\n")


def digits():
    """Distinct patterns among the 10,000 bundled MNIST digits, and the digest of the first 100."""
    raw = gzip.open(here / "../../../lab/data/mnist-images-idx3-ubyte.gz").read()
    images = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 28, 28).astype(np.float32)
    for side in (9, 12):
        size = (side, side)
        rows = [
            np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BICUBIC)).ravel() > 127.5
            for image in images
        ]
        first = b"".join(b"+" if bit else b"-" for row in rows[:100] for bit in row)
        header = f"attractor-patterns-v1\n100 {side * side}\n".encode()
        distinct = len({row.tobytes() for row in rows})
        print(side, distinct, hashlib.sha256(header + first).hexdigest())


npy()
npz()
jpeg()
bicubic()
digits()
