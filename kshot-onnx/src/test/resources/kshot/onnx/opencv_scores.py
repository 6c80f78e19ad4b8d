"""Runs a model in OpenCV: opencv_scores.py MODEL OUTPUT IMAGES SCORES N CHANNELS HEIGHT WIDTH

IMAGES and SCORES are files of float32 numbers in little-endian order. The model is run twice, because OpenCV plans memory
in the first run.
"""

import sys

import cv2
import numpy

model, output, images, scores = sys.argv[1:5]
net = cv2.dnn.readNetFromONNX(model)
for _ in range(2):
    net.setInput(numpy.fromfile(images, "<f4").reshape([int(extent) for extent in sys.argv[5:]]))
    result = net.forward(output)
result.astype("<f4").tofile(scores)
