#!/bin/sh
# The sidecar of a host or a virtual machine: writes the bootstrap, redirects the traffic, runs Envoy, and takes the redirection away when Envoy ends.
#
#   set -a; . ./sidecar.env; set +a; ./run.sh [BOOTSTRAP FILE]
#
# Needs root, `envoy` in PATH, and meshkeeper: $MESHKEEPER_COMMAND, by default `npx meshkeeper`.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
bootstrap=${1:-/run/envoy-bootstrap.yaml}
uid=${APPMESH_IGNORE_UID:?the user id that Envoy runs as}

# shellcheck disable=SC2086 # a command is several words
${MESHKEEPER_COMMAND:-npx meshkeeper} bootstrap --output "$bootstrap"
arguments=$(sed -n '1s/^# Start: envoy -c FILE //p' "$bootstrap")

# shellcheck disable=SC2086 # arguments are several words
setpriv --reuid "$uid" --regid "$uid" --clear-groups envoy -c "$bootstrap" $arguments &
envoy=$!
trap 'kill -TERM "$envoy" 2>/dev/null || true' TERM INT
trap '"$here/iptables.sh" remove' EXIT
"$here/iptables.sh" start

status=0
wait "$envoy" || status=$?
# A signal ends the first wait before Envoy has ended.
if kill -0 "$envoy" 2>/dev/null; then
  status=0
  wait "$envoy" || status=$?
fi
exit "$status"
