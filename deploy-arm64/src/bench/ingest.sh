#!/usr/bin/env bash
# ingest.sh LOADGEN: CPU per message of a running gateway with src/bench/gateway.yaml, whole and by thread.
# LOADGEN is a load generator that takes -r rate -s seconds -n sensors -p port. Start the gateway first:
#   ./suimon run deploy-arm64/src/bench/gateway.yaml & deploy-arm64/src/bench/ingest.sh LOADGEN
# RATES="20000 80000" SENSORS=100 SECS=8 ROUNDS=3 WARM=60 change the run. C1/C2 are the JIT compilers:
# a figure counts as warm when they are near nothing.
set -eu
load=$1 port=${PORT:-18831}
pid=$(pgrep -n -f 'suimon\.app\.Suimon run')
threads() {
  for task in /proc/"$pid"/task/*; do
    echo "$(tr ' ' '_' <"$task/comm") $(awk '{sub(/.*\) /, ""); print $12 + $13}' "$task/stat")"
  done | awk '{all[$1] += $2} END {for (name in all) print name, all[name]}' | sort
}
"$load" -g -r 20000 -s "${WARM:-60}" -n "${SENSORS:-100}" -w 0 -d 0 -p "$port" >/dev/null
for rate in ${RATES:-20000}; do
  for round in $(seq "${ROUNDS:-3}"); do
    before=$(threads)
    line=$("$load" -g -r "$rate" -s "${SECS:-8}" -n "${SENSORS:-100}" -w 0 -d 0 -p "$port")
    sleep 1
    sent=$(sed 's/.*sent \([0-9]*\) .*/\1/' <<<"$line")
    echo "round $round: $line"
    echo "  resident $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$pid/status") MB, us of CPU per message:"
    join <(echo "$before") <(threads) | awk -v sent="$sent" '
      {each = ($3 - $2) * 1e4 / sent; sum += each; if (each > 0.03) printf "    %-16s %.2f\n", $1, each}
      END {printf "    %-16s %.2f\n", "all", sum}'
  done
done
