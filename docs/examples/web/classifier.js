// Classifies images with a model of kshot, as docs/onnx-model.md describes it.
import * as ort from "./node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs";

ort.env.wasm.numThreads = 1; // more need headers that few servers send

/** Opens a model from the bytes of its file. */
export async function open(bytes) {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  const about = metadata(bytes);
  for (const key of ["classes", "colours", "maximum", "mean", "deviation", "resize"]) {
    if (!(`kshot.${key}` in about)) {
      throw new Error(`the model has no entry kshot.${key}`);
    }
  }
  const [, channels, height, width] = session.inputMetadata[0].shape;
  const crops = about["kshot.resize"] === "crop";
  const cover = Number(about["kshot.cover"] ?? Math.max(height, width));
  return {
    session,
    input: { channels, height, width },
    /** The size that an image is brought into; its middle enters the network. */
    scaled: crops ? { height: cover, width: cover } : { height, width },
    crops,
    classes: about["kshot.classes"].split("\n"),
    maximum: Number(about["kshot.maximum"]),
    mean: about["kshot.mean"].split(",").map(Number),
    deviation: about["kshot.deviation"].split(",").map(Number),
  };
}

/** Returns the classes of an image file with their probabilities, the likeliest first. */
export async function classify(model, file) {
  const pixels = fit(model, await read(file, model.input.channels));
  const { channels, height, width } = model.input;
  const images = new ort.Tensor("float32", normalised(model, pixels), [1, channels, height, width]);
  const { logits } = await model.session.run({ images }, ["logits"]);
  const probabilities = softmax(logits.data);
  return model.classes
    .map((name, c) => ({ name, probability: probabilities[c] }))
    .sort((a, b) => b.probability - a.probability);
}

/** Returns the entries of metadata_props, field 14 of a model in ONNX; onnxruntime-web does not read them. */
function metadata(bytes) {
  const text = new TextDecoder();
  const entries = {};
  for (const [field, value] of fields(bytes)) {
    if (field === 14) {
      const entry = Object.fromEntries(fields(value));
      entries[text.decode(entry[1])] = text.decode(entry[2]);
    }
  }
  return entries;
}

/** Yields number and bytes of those fields of a protobuf message that hold texts, messages or bytes. */
function* fields(bytes) {
  let at = 0;
  const number = () => {
    let sum = 0;
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++];
      sum += (byte & 127) * factor;
      if (byte < 128) {
        return sum;
      }
    }
    throw new Error("the model is cut off");
  };
  while (at < bytes.length) {
    const tag = number();
    switch (tag & 7) {
      case 0:
        number();
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = number();
        yield [tag >> 3, bytes.subarray(at, at + length)];
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new Error("the model is damaged");
    }
  }
}

/** Reads an image as training does: upright, transparent parts over white, colours as they stand in the file. */
async function read(file, channels) {
  const bitmap = await createImageBitmap(file, {
    imageOrientation: "from-image",
    premultiplyAlpha: "none",
    colorSpaceConversion: "none",
  });
  const { height, width } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height); // red, green, blue, opaque
  const planes = Array.from({ length: channels }, () => new Uint8Array(height * width));
  for (let i = 0; i < height * width; i++) {
    const rgb = [data[4 * i], data[4 * i + 1], data[4 * i + 2]];
    planes.forEach((plane, c) => (plane[i] = channels === 1 ? brightness(...rgb) : rgb[c]));
  }
  return { height, width, planes };
}

/** 0.299 red + 0.587 green + 0.114 blue, in 16 bits and rounded, as in training. */
function brightness(red, green, blue) {
  return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
}

/** Scales an image, or the largest square in its middle, and takes the middle of that. */
function fit(model, image) {
  const { height, width } = model.scaled;
  const square = Math.min(image.height, image.width);
  const high = model.crops ? square : image.height;
  const wide = model.crops ? square : image.width;
  const rows = resampling((image.height - high) / 2, high, image.height, height);
  const columns = resampling((image.width - wide) / 2, wide, image.width, width);
  const top = Math.floor((height - model.input.height) / 2);
  const left = Math.floor((width - model.input.width) / 2);
  return image.planes.map((plane) => {
    const scaled = resample(plane, image.width, rows, columns);
    const middle = new Uint8Array(model.input.height * model.input.width);
    for (let y = 0; y < model.input.height; y++) {
      const start = (top + y) * width + left;
      middle.set(scaled.subarray(start, start + model.input.width), y * model.input.width);
    }
    return middle;
  });
}

/**
 * For each pixel of a scaled line: the first pixel of the image that counts, and the weights from there on. They form a
 * triangle: it interpolates where an image grows, and averages over all pixels where it shrinks, as in training.
 */
function resampling(from, length, inputs, outputs) {
  const scale = length / outputs;
  const radius = Math.max(1, scale);
  return Array.from({ length: outputs }, (_, i) => {
    const centre = from + (i + 0.5) * scale;
    const first = Math.max(Math.floor(centre - radius), 0);
    const end = Math.min(Math.ceil(centre + radius), inputs);
    const weights = Array.from({ length: end - first }, (_, j) =>
      Math.max(0, 1 - Math.abs(first + j + 0.5 - centre) / radius),
    );
    const sum = weights.reduce((a, b) => a + b);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

function resample(plane, stride, rows, columns) {
  const height = plane.length / stride;
  const lines = new Float32Array(height * columns.length);
  for (let y = 0; y < height; y++) {
    columns.forEach(({ first, weights }, x) => {
      lines[y * columns.length + x] = weights.reduce((sum, w, j) => sum + w * plane[y * stride + first + j], 0);
    });
  }
  const scaled = new Uint8Array(rows.length * columns.length);
  rows.forEach(({ first, weights }, y) => {
    for (let x = 0; x < columns.length; x++) {
      const sum = weights.reduce((sum, w, j) => sum + w * lines[(first + j) * columns.length + x], 0);
      scaled[y * columns.length + x] = Math.min(255, Math.floor(sum + 0.5));
    }
  });
  return scaled;
}

/** The input of the network: (p / maximum - mean) / deviation, one channel after the other. */
function normalised(model, planes) {
  const area = planes[0].length;
  const input = new Float32Array(planes.length * area);
  planes.forEach((plane, c) =>
    plane.forEach((p, i) => (input[c * area + i] = (p / model.maximum - model.mean[c]) / model.deviation[c])),
  );
  return input;
}

function softmax(logits) {
  const largest = Math.max(...logits);
  const exp = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = exp.reduce((a, b) => a + b);
  return exp.map((e) => e / sum);
}
