"""Tables: frames, arrays and files give the same codes; the program reads the models."""

import csv
import pathlib
import pickle

import numpy as np
import pytest

import attractor

WINE = pathlib.Path(__file__).resolve().parents[3] / "crates/lab/data/wine.csv"

COLUMNS = {
    "size": [1.0, 1.5, 9.0, None, 8.0, 5.0],
    "colour": ["red", "red", "blue", "blue", None, "red"],
    "same": [1, 1, 1, 1, 1, 1],
}


def test_codes_are_the_same_whatever_holds_the_columns():
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    encoder = attractor.Encoder.fit(COLUMNS)
    codes = encoder.encode(COLUMNS)
    assert encoder.columns == ["size", "colour"] and encoder.group_sizes == [3, 2] and encoder.neurons == 5
    assert encoder.groups == [[1.25, 5.0, 8.5], ["blue", "red"]]
    assert codes.tolist()[0] == [1, -1, -1, -1, 1] and codes.tolist()[3] == [0, 0, 0, 1, -1]
    for frame in (pandas.DataFrame(COLUMNS), polars.DataFrame(COLUMNS)):
        assert attractor.Encoder.fit(frame) == encoder and (encoder.encode(frame) == codes).all()
    nullable = pandas.DataFrame(COLUMNS).astype({"size": "Float64", "colour": "string", "same": "Int64"})
    assert (encoder.encode(nullable) == codes).all()
    assert (encoder.encode(pandas.DataFrame(COLUMNS).astype({"colour": "category"})) == codes).all()
    assert pickle.loads(pickle.dumps(encoder)) == encoder
    array = np.array([[1.0, 5.0], [2.0, np.nan]])
    assert attractor.Encoder.fit(array).columns == ["0"]


def test_tables_that_are_none():
    encoder = attractor.Encoder.fit(COLUMNS)
    for data, kind in [
        ({}, ValueError),
        ({"size": []}, ValueError),
        ({"size": [1, 2], "colour": [1]}, ValueError),
        ({"size": [1, "red"]}, ValueError),
        ({"size": [1, float("inf")]}, ValueError),
        ({"size": [1, 2 + 1j]}, TypeError),
        (np.zeros(3), ValueError),
        ({"same": [1, 1]}, ValueError),
    ]:
        with pytest.raises(kind, match="^data: "):
            attractor.Encoder.fit(data)
    with pytest.raises(ValueError, match="^data: has no column 'colour'"):
        encoder.encode({"size": [1]})
    with pytest.raises(ValueError, match="^levels: "):
        attractor.Encoder.fit(COLUMNS, levels=1)


def test_a_classifier_and_its_file(tmp_path):
    classes = ["small", "small", "large", "large", "large", "small"]
    classifier = attractor.Classifier.fit(COLUMNS, classes, rule="pseudo-inverse")
    assert classifier.classes == ["large", "small"] and classifier.predict(COLUMNS)[:4] == classes[:4]
    answers = classifier.answer(COLUMNS)
    assert answers["class"] == classifier.predict(COLUMNS) and (answers["score"] <= 1).all()
    assert (answers["known_features"] == [2, 2, 2, 1, 1, 2]).all()
    assert classifier.read_out == "end" and attractor.Classifier.fit(COLUMNS, classes).read_out == "one-step"
    assert attractor.Classifier.fit(COLUMNS, classes, read_out="end").read_out == "end"
    classifier.save(tmp_path / "model")
    for again in (attractor.Classifier.load(tmp_path / "model"), pickle.loads(pickle.dumps(classifier))):
        assert again.predict(COLUMNS) == answers["class"] and again.encoder == classifier.encoder
    network = attractor.Network.load(tmp_path / "model")
    assert (network.weights == classifier.network.weights).all()
    with pytest.raises(ValueError, match="^data: .*one|^data: .*classes"):
        attractor.Classifier.fit(COLUMNS, ["a"] * 6)
    with pytest.raises(ValueError, match="^classes: "):
        attractor.Classifier.fit(COLUMNS, classes[:3])
    with pytest.raises(attractor.UnsupportedError, match="noise"):
        attractor.Classifier.fit(COLUMNS, classes, rule="hebbian", noise=0.1)


@pytest.mark.skipif(not WINE.exists(), reason="no wine here")
def test_the_program_answers_as_the_package_does(program, tmp_path):
    columns, classes, notes = attractor.read_table(WINE, class_column="class")
    assert notes == [] and len(classes) == 178 and len(columns) == 13
    classifier = attractor.Classifier.fit(columns, classes, rule="hebbian")
    classifier.save(tmp_path / "ours")
    program("classify", "predict", tmp_path / "ours", WINE, "-o", tmp_path / "answers.csv")
    with open(tmp_path / "answers.csv") as file:
        theirs = [row["class"] for row in csv.DictReader(file)]
    assert classifier.predict(columns) == theirs
    program("classify", "fit", WINE, "--class", "class", "--rule", "hebbian", "-o", tmp_path / "theirs")
    assert attractor.Classifier.load(tmp_path / "theirs").predict(columns) == theirs
    with pytest.raises(attractor.FormatError, match="wine"):
        attractor.read_table(WINE, class_column="nothing")
