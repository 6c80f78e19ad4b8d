#!/usr/bin/python3
"""Makes meta.mat and meta_plain.mat, small forms of the table in the development kit of ILSVRC 2012: the numbers of the
classes are not in the order of their names. Run it in this directory; it needs SciPy (python3-scipy of Debian 12)."""
import numpy as np
import scipy.io

fields = ["ILSVRC2012_ID", "WNID", "words", "gloss", "num_children", "children", "wordnet_height", "num_train_images"]
rows = [
    (1, "n02119789", "kit fox, Vulpes macrotis", "small grey fox", 0, np.zeros((1, 0)), 0, 5),
    (2, "n01440764", "tench, Tinca tinca", "freshwater dace-like fish", 0, np.zeros((1, 0)), 0, 5),
    (300, "n01443537", "goldfish", "small golden fish", 0, np.zeros((1, 0)), 0, 5),
    (1001, "n00001740", "entity", "that which is perceived", 3, np.array([[1, 2, 300]]), 2, 0),
]
synsets = np.array([rows[i] for i in range(len(rows))], dtype=[(name, "O") for name in fields]).reshape(-1, 1)
scipy.io.savemat("meta.mat", {"synsets": synsets}, do_compression=True, oned_as="column")
for row in synsets:
    row[0]["ILSVRC2012_ID"] = np.float64(row[0]["ILSVRC2012_ID"])
scipy.io.savemat("meta_plain.mat", {"synsets": synsets}, oned_as="column")
