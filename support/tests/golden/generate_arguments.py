"""scikit-learn's data for every argument of its generators, its reports and matrices for sparse labels, NumPy's arange.

Run with Python 3.10+, scikit-learn 1.9 and numpy 2.4:  python generate_arguments.py > arguments.json
"""
import hashlib
import json
import sys
import warnings

import numpy as np
from sklearn.datasets import make_blobs, make_circles, make_moons
from sklearn.metrics import classification_report, confusion_matrix

warnings.simplefilter("ignore")


def sha(array, dtype):
    """The first 16 digits: enough to tell, and short."""
    return hashlib.sha256(np.ascontiguousarray(array, dtype=dtype).tobytes()).hexdigest()[:16]


def case(make, **arguments):
    X, y = make(**arguments)
    hashes = {"x_f64": sha(X, "<f8"), "x_f32": sha(X, "<f4"), "y_u8": sha(y, "u1")}
    return {"kind": make.__name__[5:], **arguments, **hashes}


cases = []
for n_samples in (1, 2, 51, (0, 5), (5, 0), (30, 7)):
    for shuffle in (True, False):
        for noise, factor in ((None, 0.0), (0.1, 0.0), (0.1, 0.25)):
            arguments = {"n_samples": n_samples, "shuffle": shuffle, "noise": noise, "random_state": 7}
            cases.append(case(make_circles, factor=factor, **arguments))
        cases.append(case(make_moons, **arguments))

places = [[0.0, 1.0, -2.0], [4.0, 0.5, 3.0], [-1.5, 1e3, 0.0], [2.0, 2.0, 2.0]]
for shuffle in (True, False):
    for seed in (0, 2**32 - 1):
        common = {"shuffle": shuffle, "random_state": seed}
        cases += [
            case(make_blobs, n_samples=1, **common),
            case(make_blobs, n_samples=3, centers=4, **common),
            case(make_blobs, n_samples=50, centers=1, n_features=1, center_box=(3.0, 3.0), **common),
            case(make_blobs, n_samples=[3, 30, 7], **common),
            case(make_blobs, n_samples=[5, 0, 2, 9], n_features=4, cluster_std=[0.0, 1.0, 2.5, 0.1], **common),
            case(make_blobs, n_samples=41, centers=places, **common),
            case(make_blobs, n_samples=41, centers=places, cluster_std=[0.5, 1.0, 2.0, 0.0], **common),
            case(make_blobs, n_samples=[9, 1, 4, 4], centers=places, cluster_std=0.25, **common),
            case(make_blobs, n_samples=20, centers=3, n_features=5, cluster_std=[1.0, 2.0, 3.0],
                 center_box=(-1e6, 1e6), **common),
        ]

pairs = [
    ([0, 1, 2, 2, 1, 0], [0, 2, 2, 2, 1, 1], None),
    ([0, 4, 4, 0, 2], [4, 4, 2, 0, 2], None),
    ([0, 1, 1, 0], [1, 0, 0, 1], None),
    ([3, 3, 3], [3, 3, 3], None),
    ([1, 1, 1], [1, 1, 0], [1, 2, 3]),
    ([0, 4, 4, 0, 2], [4, 4, 2, 0, 2], [0, 1, 2, 3, 4]),
    ([0, 4, 4, 0, 2], [4, 4, 2, 0, 2], [4, 0]),
    ([-1, 1, 1, -1, 7], [1, 1, -1, -1, 7], [1, -1, 7]),
    ([i % 11 for i in range(200)], [(i * i + i // 7) % 11 for i in range(200)], None),
]
metrics = []
for truth, predicted, labels in pairs:
    metrics.append({
        "y_true": truth, "y_pred": predicted, "labels": labels,
        "report": classification_report(truth, predicted, labels=labels, digits=3, zero_division=0),
        "scores": classification_report(truth, predicted, labels=labels, zero_division=0, output_dict=True),
        "matrix": confusion_matrix(truth, predicted, labels=labels).tolist(),
    })

ranges = [(0.0, 1.0, 0.01), (0.3, 1.1, 0.1), (-1.0, 1.0, 0.03), (5.0, 6.0, 0.07), (0.0, 1e-300, 1e300),
          (1e16, 1e16 + 10, 3.0)]
# As text: a JSON reader may round a number in another way.
lines = [{"range": [repr(number) for number in numbers], "n": len(np.arange(*numbers)),
          "x_f64": sha(np.arange(*numbers), "<f8")} for numbers in ranges]

parts = {"data": cases, "metrics": metrics, "ranges": lines}
text = ",\n".join(
    json.dumps(name) + ": [\n" + ",\n".join(map(json.dumps, entries)) + "\n]" for name, entries in parts.items()
)
sys.stdout.write("{" + text + "}\n")
