"""Whether other scores of untrained networks improve the aggregate on NAS-Bench-201.

Usage: python3 other-predictors.py COUNTED.jsonl nas-bench-201.csv.gz nb201-zero-cost-proxies.csv.gz

COUNTED.jsonl is the output of `kshot evaluate --predictors live_flops,kernel_extent,shortest_path` for all architectures
of the first table. The second has scores of untrained networks that others computed (NAS-Bench-Suite-Zero, one
initialisation). Needs numpy and scipy.
"""

import csv
import gzip
import json
import sys

import numpy as np
from scipy.stats import kendalltau

COLUMNS = ["cifar10_test", "cifar100_test", "imagenet16_120_test"]
QUANTILES = [0.25, 0.5, 0.75, 0.9, 1]
LIMIT = 51.04e6
SEEDS = range(11, 21)
VOTES = {"live_flops": 1, "kernel_extent": 0.5, "shortest_path": 0.5, "jacov": 1}


def rows(file, key):
    with gzip.open(file, "rt") as text:
        return {row[key]: row for row in csv.DictReader(text)}


def live(arch):
    """The architecture with `none` for each operation that is on no path from input to output."""
    nodes = [[tuple(op.rsplit("~", 1)) for op in node.strip("|").split("|")] for node in arch.split("+")]
    edges = {(int(source), target + 1): op for target, node in enumerate(nodes) for op, source in node}
    used = {edge for edge, op in edges.items() if op != "none"}
    reached, needed = {0}, {3}
    for node in (1, 2, 3):
        reached |= {node} if any(t == node and s in reached for s, t in used) else set()
    for node in (2, 1, 0):
        needed |= {node} if any(s == node and t in needed for s, t in used) else set()
    keep = {(s, t) for s, t in used if s in reached and t in needed}
    return "+".join(
        "|" + "|".join((edges[s, t] if (s, t) in keep else "none") + f"~{s}" for s in range(t)) + "|" for t in (1, 2, 3)
    )


def log_rank(values, reference):
    ordered = np.sort(values[reference])
    below, upto = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.log(((below + upto) / 2 + 0.5) / (len(ordered) + 1))


def aggregate(scores, votes, reference):
    return sum(vote * log_rank(scores[name], reference) for name, vote in votes.items())


def main(counted, table, proxies):
    truth, others = rows(table, "arch"), rows(proxies, "net_str")
    with open(counted) as lines:
        known = {row["arch"]: row for row in map(json.loads, (line for line in lines if line.startswith("{")))}
    archs = [arch for arch in truth if arch in known]
    scores = {name: np.array([known[a][name] for a in archs], float) for name in VOTES if name != "jacov"}
    names = [name for name in next(iter(others.values())) if name not in ("net", "net_str", "flops", "params")]
    scores |= {name: np.array([float(others[live(a)][name]) for a in archs]) for name in names}
    accuracy = np.array([[float(truth[a][c]) for c in COLUMNS] for a in archs])
    flops = np.array([float(truth[a]["cifar10_flops"]) for a in archs])

    def report(label, votes):
        taus, regrets, picks = [], [], []
        for seed in SEEDS:
            random = np.random.default_rng(seed)
            reference, ranked, searched = (random.choice(len(archs), n, False) for n in (500, 1000, 4000))
            value = aggregate(scores, votes, reference)

            def pick(limit):
                inside = searched[flops[searched] <= limit]
                return accuracy[inside[np.argmax(value[inside])]]

            taus.append([kendalltau(value[ranked], column[ranked]).statistic for column in accuracy.T])
            regrets.append(np.mean([accuracy[flops <= q].max(0) - pick(q) for q in np.quantile(flops, QUANTILES)], 0))
            picks.append(pick(LIMIT)[:1])
        cells = []
        for figures, digits in ((taus, 3), (regrets, 2), (picks, 2)):
            means, deviations = np.mean(figures, 0), np.std(figures, 0, ddof=1)
            cells += [f"{m:.{digits}f} ± {d:.{digits}f}" for m, d in zip(means, deviations)]
        print("| " + " | ".join([label, *cells]) + " |")

    heads = [f"{what}, {c}" for what in ("τ-b", "regret") for c in COLUMNS] + ["pick inside 51.04 M"]
    print("| added | " + " | ".join(heads) + " |")
    print("| --- |" + " --- |" * len(heads))
    report("nothing", VOTES)
    for name in names:
        if name != "jacov":
            report(f"`{name}`, half of the vote of `jacov`", VOTES | {"jacov": 0.5, name: 0.5})
            report(f"`{name}`, half a vote", VOTES | {name: 0.5})
            report(f"`{name}`, a vote", VOTES | {name: 1})


if __name__ == "__main__":
    main(*sys.argv[1:])
