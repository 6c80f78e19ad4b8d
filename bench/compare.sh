#!/usr/bin/env bash
# Compares `./kshot bench step` with a reference in PyTorch, in turn, so that what else the machine does strikes both.
#
#   bench/compare.sh PEER [--rounds N] [--k K] [--batch B] [--archs FILE] [--evaluate]
#
# PEER is a Python script that takes --k, --batch, --archs and --evaluate, and prints one JSON object with
# images_per_second and peak_rss_mb. FILE, by default archs.txt beside it, holds architectures of nas-bench-201 as six
# numbers of operations a line. PYTHON names the interpreter, /usr/bin/python3 by default, where Debian puts PyTorch.
# Prints the figures of each round, then medians and ratios to the reference.
set -euo pipefail

usage() {
  sed -n '/^#   /s/^#   /usage: /p' "$0" >&2
  exit 2
}

[ $# -ge 1 ] && [ -r "$1" ] || usage
peer=$1
shift
rounds=5 k=8 batch=64 archs=$(dirname "$peer")/archs.txt
evaluate=()
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=${2:?} ;;
    --k) k=${2:?} ;;
    --batch) batch=${2:?} ;;
    --archs) archs=${2:?} ;;
    --evaluate) evaluate=(--evaluate) ; shift ; continue ;;
    *) usage ;;
  esac
  shift 2
done

# Without instructions for it, bfloat16 is only slower.
dtypes=(float32)
if grep -qwE 'avx512_bf16|amx_bf16|bf16' /proc/cpuinfo; then dtypes+=(bfloat16); fi

kshot=$(dirname "$(readlink -f "$0")")/../kshot
python=${PYTHON:-/usr/bin/python3}
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

same=(--k "$k" --batch "$batch" --archs "$archs" ${evaluate[@]+"${evaluate[@]}"})
"$kshot" --version > "$results/version"   # builds, where that is needed
for round in $(seq "$rounds"); do
  "$python" "$peer" "${same[@]}" > "$results/reference.$round"
  for dtype in "${dtypes[@]}"; do
    "$kshot" bench step --space nas-bench-201 --dtype "$dtype" "${same[@]}" --json > "$results/kshot-$dtype.$round" 2> "$results/log" \
      || { cat "$results/log" >&2; exit 1; }
  done
  echo "round $round of $rounds done" >&2
done

"$python" - "$results" "$rounds" "${dtypes[@]}" << 'EOF'
import json, statistics, sys

folder, rounds, dtypes = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
medians = {}
print(f"{'':16} {'images/s':>9} {'ratio':>6} {'MiB':>6}  each round")
for name in ["reference"] + ["kshot-" + dtype for dtype in dtypes]:
    runs = [json.load(open(f"{folder}/{name}.{i}")) for i in range(1, rounds + 1)]
    speeds = [run["images_per_second"] for run in runs]
    medians[name] = statistics.median(speeds)
    memory = statistics.median(run["peak_rss_mb"] for run in runs)
    print(f"{name:16} {medians[name]:9.1f} {medians[name] / medians['reference']:6.2f} {memory:6.0f}  "
          + " ".join(f"{speed:.1f}" for speed in speeds))
EOF
