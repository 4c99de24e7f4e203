#!/usr/bin/env bash
# peers.sh KIT: the same job for Suimon and for what a user would pick instead, in one run on one machine.
#   KIT      folder of the benchmark kit (loadgen, run.sh, setup.sh); its setup.sh must have run
#   SYSTEMS  what to measure: suimon (its listener), suimon-broker (mosquitto and the client source),
#            nodered-batch, camel-batch
#   RATES, SECS, SENSORS as in the kit's run.sh; BENCH_WORK is the kit's work folder
# Prints per system: time to the first result, and per rate: rate, latency from publish to result, RSS, CPU per
# message, bytes written per message. Build Suimon first (./suimon check gateway.yaml does).
set -euo pipefail
kit=$(cd "${1:?usage: peers.sh KIT}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$here/../../.." && pwd)
base=${BENCH_WORK:-$HOME/.cache/gateway-bench}
export RATES=${RATES:-"500 4000 20000"} SECS=${SECS:-8} SENSORS=${SENSORS:-100}
work=$(mktemp -d "${TMPDIR:-/tmp}/suimon-peers.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Suimon gives its results below suimon/results/; the kit asks ./loadgen of its work folder.
for file in mosquitto.conf mlp64.onnx; do ln -s "$base/$file" "$work/$file"; done
printf '#!/bin/sh\nexec "%s/loadgen" "$@" -o suimon/results\n' "$base" >"$work/loadgen"
chmod +x "$work/loadgen"
/usr/bin/python3 "$here/model-package.py" "$base/mlp64.onnx" "$work/packages" mlp64 64 16

suimon() {
  mkdir -p "$work/$1"
  sed "s#@DATA@#$work/$1/data#; s#@PACKAGES@#$work/packages#" "$here/$1.yaml" >"$work/$1/gateway.yaml"
  BENCH_WORK=$work "$kit/run.sh" -- "$home/suimon" run "$work/$1/gateway.yaml" | sed "s/^system/$2/"
}

for system in ${SYSTEMS:-suimon nodered-batch camel-batch suimon-broker}; do
  case $system in
    suimon) BROKER=0 suimon results-listener suimon ;;
    suimon-broker) suimon results-broker suimon-broker ;;
    *) BENCH_WORK=$base "$kit/run.sh" "$system" ;;
  esac || echo "$system: run.sh ended with $?" # It does so after a last rate that did not lag.
done
