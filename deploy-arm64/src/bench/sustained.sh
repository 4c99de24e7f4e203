#!/usr/bin/env bash
# sustained.sh LOADGEN: the rate that is taken with QoS 1, and CPU per message, of a listener that only counts
# (CountingListener.java: the same MQTT stack, PUBACK at once) and then of Suimon, which acknowledges after the
# commit; one after the other with the same load. RATES="80000", SECS=8, ROUNDS=3, SENSORS=100 change it.
# LOADGEN publishes with at most 20,000 messages unacknowledged, so what it sent a second is what was taken.
set -euo pipefail
load=$1 home=$(cd "$(dirname "$0")/../../.." && pwd) port=18831
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
work=$(mktemp -d "${TMPDIR:-/tmp}/suimon-sustained.XXXXXX")
pid=
trap 'kill $pid 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
measure() {
  for _ in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null && break; sleep 0.2; done
  "$load" -g -r 20000 -s "${WARM:-10}" -n "${SENSORS:-100}" -w 0 -d 0 -p $port >/dev/null
  for rate in ${RATES:-80000}; do
    for _ in $(seq "${ROUNDS:-3}"); do
      before=$(awk '{print $14 + $15}' "/proc/$pid/stat")
      line=$("$load" -g -r "$rate" -s "${SECS:-8}" -n "${SENSORS:-100}" -w 0 -d 0 -p $port)
      sleep 1.2
      sent=$(sed 's/.*sent \([0-9]*\) .*/\1/' <<<"$line")
      echo "$1 $(sed 's/ expected.*//' <<<"$line"), CPU $(bc <<<"scale=2;
        ($(awk '{print $14 + $15}' "/proc/$pid/stat") - $before) * 10000 / $sent") us per message"
    done
  done
  kill $pid
  wait $pid || true
}
options=(@"$home/deploy-arm64/src/deb/program/java.memory" --enable-native-access=ALL-UNNAMED)
"$java" "${options[@]}" -cp "$(cat "$home/deploy-arm64/target/class-path.txt")" \
  "$home/deploy-arm64/src/bench/CountingListener.java" $port >"$work/counting.log" 2>&1 & pid=$!
measure counting
sed "s#/tmp/suimon-bench#$work/data#" "$home/deploy-arm64/src/bench/gateway.yaml" >"$work/gateway.yaml"
"$home/suimon" run "$work/gateway.yaml" >"$work/suimon.log" 2>&1 & pid=$!
measure suimon
