"""Makes the pickled batches beside it:  python3 make_batches.py   (Python 3 with NumPy 2.4.6).

Image i has the value (5 i + 3 j) mod 251 at place j of its row.
"""
import pickle
import struct
import numpy as np


def rows(images, values):
    i, j = np.mgrid[0:images, 0:values]
    return ((5 * i + 3 * j) % 251).astype(np.uint8)


def dump(name, value, protocol):
    with open(name, "wb") as file:
        pickle.dump(value, file, protocol=protocol)


def python2(data, labels):
    """What cPickle of Python 2 writes with protocol 2, as for the batches of CIFAR-10: strings in place of bytes."""
    short = lambda s: b"U" + bytes([len(s)]) + s
    integer = lambda n: b"J" + struct.pack("<i", n)
    raw = data.tobytes()
    array = (b"cnumpy.core.multiarray\n_reconstruct\n" + b"cnumpy\nndarray\n" + b"K\x00\x85" + short(b"b") + b"\x87R"
             + b"(K\x01" + integer(data.shape[0]) + integer(data.shape[1]) + b"\x86"
             + b"cnumpy\ndtype\n" + short(b"u1") + b"K\x00K\x01\x87R"
             + b"(K\x03" + short(b"|") + b"NNN" + integer(-1) + integer(-1) + b"K\x00tb"
             + b"\x89" + b"T" + struct.pack("<i", len(raw)) + raw + b"tb")
    numbers = b"](" + b"".join(b"K" + bytes([n]) for n in labels) + b"e"
    return b"\x80\x02}(" + short(b"data") + array + short(b"labels") + numbers + b"u."


with open("cifar10_python2", "wb") as file:
    file.write(python2(rows(10, 3072), range(10)))
with open("cifar10_python2", "rb") as file:
    back = pickle.load(file, encoding="latin1")
    assert (back["data"] == rows(10, 3072)).all() and back["labels"] == list(range(10))

batch = {"data": rows(10, 3072), "labels": list(range(10))}
dump("cifar10_protocol2", batch, 2)
dump("cifar10_protocol4", {key.encode(): value for key, value in batch.items()}, 4)
dump("cifar10_protocol5", batch, 5)
dump("cifar10_meta", {b"label_names": [b"airplane", b"automobile", b"bird", b"cat", b"deer", b"dog", b"frog", b"horse",
                                       b"ship", b"truck"]}, 2)
dump("imagenet16_train", {"data": rows(122, 48), "labels": list(range(1, 123)), "mean": np.zeros(48)}, 4)
dump("imagenet16_val", {"data": rows(3, 48), "labels": np.array([120, 121, 1])}, 4)
