"""Hashes of scikit-learn's data for many arguments: odd sizes, seeds, factors, centres, features.

Run with Python 3.10+, scikit-learn 1.9 and numpy 2.4:  python generate_more.py > more.json
"""
import hashlib
import json
import random
import sys

import numpy as np
from sklearn.datasets import make_blobs, make_circles, make_moons
from sklearn.model_selection import train_test_split


def sha(array, dtype):
    return hashlib.sha256(np.ascontiguousarray(array, dtype=dtype).tobytes()).hexdigest()


def case(kind, X, y, **arguments):
    return {"kind": kind, **arguments, "x_sha256_f32_le": sha(X, "<f4"), "y_sha256_u8": sha(y, "u1")}


draw = random.Random(7)
cases, splits = [], []
for n in (2, 3, 7, 100, 101, 999, 2500):
    for _ in range(4):
        seed = draw.choice([0, 1, 42, 2**32 - 1, draw.randrange(2**32)])
        noise = draw.choice([None, 0.0, 0.01, 0.5])
        factor = draw.choice([0.1, 0.5, 0.8, 0.99])
        X, y = make_circles(n, noise=noise, factor=factor, random_state=seed)
        cases.append(case("circles", X, y, n=n, seed=seed, noise=noise, factor=factor))
        X, y = make_moons(n, noise=noise, random_state=seed)
        cases.append(case("moons", X, y, n=n, seed=seed, noise=noise))
        centers, features = draw.randint(1, min(n, 10)), draw.randint(1, 5)
        std, low, high = draw.choice([0.0, 0.3, 1.5]), draw.choice([-10.0, 0.0]), draw.choice([0.0, 3.5])
        X, y = make_blobs(n, n_features=features, centers=centers, cluster_std=std,
                          center_box=(low, high), random_state=seed)
        cases.append(case("blobs", X, y, n=n, seed=seed, centers=centers, n_features=features,
                          std=std, low=low, high=high))
        size = draw.choice([0.1, 0.25, 0.33, 0.5])
        train, test = train_test_split(np.arange(n), test_size=size, random_state=seed)
        splits.append({"n": n, "seed": seed, "test_size": size,
                       "train_sha256_u32_le": sha(train, "<u4"), "test_sha256_u32_le": sha(test, "<u4")})
json.dump({"data": cases, "splits": splits}, sys.stdout, indent=1)
