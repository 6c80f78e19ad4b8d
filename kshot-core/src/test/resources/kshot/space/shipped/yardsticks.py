#!/usr/bin/env python3
"""Counts multiply-adds and parameters of the yardsticks, layer by layer, without kshot.

    python3 yardsticks.py > yardsticks.csv
"""


def count(net, width, channels, height, width_px, classes):
    c = lambda v: max(4, int(round(v * width)))
    macs = params = 0
    shape = [channels, height, width_px]
    half = lambda n, s: -(-n // s)

    def conv(out, kernel, stride=1, depthwise=False, at=None):
        """A convolution without bias and its batch normalisation; returns the shape of what comes out."""
        nonlocal macs, params
        inp, h, w = at or shape
        h, w = half(h, stride), half(w, stride)
        weights = out * kernel * kernel * (1 if depthwise else inp)
        macs += weights * h * w
        params += weights + 2 * out
        return [out, h, w]

    def inverted_residual(out, stride):
        nonlocal shape
        hidden = 6 * shape[0]
        shape = conv(hidden, 1)
        shape = conv(hidden, 3, stride, depthwise=True)
        shape = conv(out, 1)

    def residual(out, stride):
        nonlocal shape
        before = shape
        if stride != 1 or before[0] != out:
            conv(out, 1, stride, at=before)
        shape = conv(out, 3, stride)
        shape = conv(out, 3)

    if net == "mobilenetv2":
        shape = conv(c(16), 3, 2)
        for out, stride in (16, 1), (24, 2), (24, 1), (32, 2), (32, 1), (48, 1):
            inverted_residual(c(out), stride)
        shape = conv(160, 1)
    else:
        shape = conv(c(16), 3)
        for out, stride in (16, 1), (32, 2), (64, 2):
            residual(c(out), stride)
    macs += shape[0] * classes
    params += shape[0] * classes + classes
    return macs, params


print("net,width,channels,height,width_px,classes,flops,params")
for net in "mobilenetv2", "resnet8":
    for width in 0.01, 0.25, 0.5, 0.7, 1.0, 1.34, 2.5:
        for image in (1, 28, 28, 10), (3, 32, 32, 100), (3, 64, 48, 7):
            print(net, width, *image, *count(net, width, *image), sep=",")
