#!/usr/bin/env python3
"""Times the networks of this folder in ONNX Runtime, and writes latency.json for kshot's --latency-table.

Needs Python 3.8 or newer and onnxruntime (with the numpy that it brings). Let nothing else compute meanwhile.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import sys
import time

import numpy
import onnxruntime

FEWEST_RUNS = 10
FOLDER = pathlib.Path(__file__).resolve().parent


def main():
    options = read_options()
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    networks = manifest["networks"]
    times = {name: [] for name in networks}
    # In turn, so that a disturbance does not hit one network alone.
    for number in range(1, options.rounds + 1):
        for name, file in networks.items():
            times[name].append(fastest(FOLDER / file, options.threads, options.milliseconds))
        print(f"round {number} of {options.rounds}", file=sys.stderr)
    write(
        options.out,
        {
            "space": manifest["space"],
            "images": manifest["images"],
            "classes": manifest["classes"],
            "host": platform.node() or "unknown host",
            "processor": options.processor or processor(),
            "threads": options.threads,
            "onnx_runtime": onnxruntime.__version__,
            "nanoseconds": {name: int(statistics.median(rounds)) for name, rounds in times.items()},
        },
    )


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=positive, default=1, help="threads of ONNX Runtime; default 1")
    parser.add_argument("--rounds", type=positive, default=5, help="rounds, of which the median counts; default 5")
    parser.add_argument("--milliseconds", type=positive, default=10, help="time for a network in a round; default 10")
    parser.add_argument("--processor", help="its name, where the system does not tell it")
    parser.add_argument("--out", type=pathlib.Path, default=FOLDER / "latency.json", help="the table to write")
    return parser.parse_args()


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not allowed; allowed: at least 1")
    return number


def fastest(file, threads, milliseconds):
    """Returns the nanoseconds of the fastest of several runs of one image. The first run, which takes memory, does not count."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    shape = [1] + session.get_inputs()[0].shape[1:]
    images = {"images": numpy.linspace(-1, 1, num=int(numpy.prod(shape)), dtype="float32").reshape(shape)}
    session.run(["logits"], images)
    runs = []
    end = time.perf_counter_ns() + milliseconds * 1_000_000
    while len(runs) < FEWEST_RUNS or time.perf_counter_ns() < end:
        start = time.perf_counter_ns()
        session.run(["logits"], images)
        runs.append(time.perf_counter_ns() - start)
    return min(runs)


def processor():
    """Returns the name of the processor's model; its kind where the system does not tell the model."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            names = dict(line.split(":", 1) for line in lines if ":" in line)
        named = {key.strip(): value.strip() for key, value in names.items()}
        found = named.get("model name") or named.get("Model") or named.get("Hardware")
    except OSError:
        found = platform.processor()
    return found or platform.machine() or "unknown processor"


def write(out, table):
    """Writes the table as a whole or not at all."""
    part = out.with_name(out.name + ".part")
    part.write_text(json.dumps(table, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(part, out)
    print(f"{out}: {len(table['nanoseconds'])} networks on {table['host']}, {table['processor']}", file=sys.stderr)


if __name__ == "__main__":
    main()
