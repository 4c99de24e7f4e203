#!/usr/bin/env bash
# series.sh LOADGEN: CPU per message at a constant rate with 10, 100, 1,000 and 10,000 series: a warm-up with all of
# them, then interleaved runs of one gateway, and the medians. SERIES="10 10000", RATE=20000, SECS=5, ROUNDS=5, WARM=20.
# The compilers' threads (C1, C2) are left out.
set -euo pipefail
load=$1 home=$(cd "$(dirname "$0")/../../.." && pwd) port=18831
work=$(mktemp -d "${TMPDIR:-/tmp}/suimon-series.XXXXXX")
pid=
trap 'kill $pid 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
ticks() {
  for task in /proc/"$pid"/task/*; do
    echo "$(tr ' ' '_' <"$task/comm") $(awk '{sub(/.*\) /, ""); print $12 + $13}' "$task/stat")"
  done | awk '$1 !~ /^C[12]/ {all += $2} END {print all}'
}
send() { "$load" -g -r "${RATE:-20000}" -s "$1" -n "$2" -w 0 -d 0 -p $port; }
sed "s#/tmp/suimon-bench#$work/data#" "$home/deploy-arm64/src/bench/gateway.yaml" >"$work/gateway.yaml"
"$home/suimon" run "$work/gateway.yaml" >"$work/suimon.log" 2>&1 & pid=$!
for _ in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null && break; sleep 0.2; done
series=${SERIES:-"10 100 1000 10000"}
for number in $series; do send "${WARM:-20}" "$number" >/dev/null; done
for round in $(seq "${ROUNDS:-5}"); do
  for number in $series; do
    before=$(ticks)
    sent=$(send "${SECS:-5}" "$number" | sed 's/.*sent \([0-9]*\) .*/\1/')
    sleep 1.2
    bc <<<"scale=2; ($(ticks) - $before) * 10000 / $sent" >>"$work/$number"
  done
done
for number in $series; do
  echo "$number series: median $(sort -n "$work/$number" | awk '{all[NR] = $1} END {print all[int((NR + 1) / 2)]}')" \
    "us of CPU per message ($(tr '\n' ' ' <"$work/$number"))"
done
