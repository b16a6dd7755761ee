#!/bin/sh
# Sends the TCP traffic of one pod, task or host through its Envoy, with App Mesh's own rules and variables.
#
#   iptables.sh [start]   put the rules in place; may be run again at any time, also with other values
#   iptables.sh remove    take every rule away again
#   iptables.sh print     show the rules, change nothing (needs no privilege)
#
#   APPMESH_START_ENABLED         1      0: `start` does nothing
#   APPMESH_IGNORE_UID            -      user id of Envoy; its traffic is never redirected
#   APPMESH_IGNORE_GID            -      the same by group id; one of the two is needed
#   APPMESH_APP_PORTS             -      ports of the application, e.g. 8080,9000:9010; none: no inbound redirection
#   APPMESH_ENVOY_INGRESS_PORT    15000  Envoy's port for inbound traffic
#   APPMESH_ENVOY_EGRESS_PORT     15001  Envoy's port for outbound traffic
#   APPMESH_EGRESS_IGNORED_IP     -      destinations that are never redirected, e.g. 169.254.169.254,10.0.0.0/8
#   APPMESH_EGRESS_IGNORED_PORTS  -      destination ports that are never redirected; 22 always is one of them
#   APPMESH_ENABLE_IPV6           0      1: the same rules in ip6tables
#
# Needs root (NET_ADMIN) and iptables with iptables-restore. Every family's table changes in one step: no packet meets half a set of rules.
set -eu

EGRESS=APPMESH_EGRESS
INGRESS=APPMESH_INGRESS
# Local addresses stay direct: an application that calls itself does not meet its own Envoy.
EGRESS_HOOK="OUTPUT -p tcp -m addrtype ! --dst-type LOCAL -j $EGRESS"
INGRESS_HOOK="PREROUTING -p tcp -m addrtype ! --src-type LOCAL -j $INGRESS"
# xt_multiport takes 15 ports per rule, and a range counts as two.
PORTS_PER_RULE=15

fail() {
  echo "iptables.sh: $1" >&2
  exit 1
}

# words LIST: a comma list as words
words() {
  echo "$1" | tr ',' ' '
}

is_number() {
  case $1 in
    '' | *[!0-9]*) return 1 ;;
  esac
}

# check_port VARIABLE VALUE
check_port() {
  is_number "$2" && [ "${#2}" -le 5 ] && [ "$2" -ge 1 ] && [ "$2" -le 65535 ] ||
    fail "$1: \"$2\" is not a port (1 to 65535)"
}

# check_ports VARIABLE LIST
check_ports() {
  for entry in $(words "$2"); do
    check_port "$1" "${entry%%[:-]*}"
    check_port "$1" "${entry##*[:-]}"
  done
}

# check_id VARIABLE VALUE
check_id() {
  [ -z "$2" ] || is_number "$2" || fail "$1: \"$2\" is not a numeric id"
}

# check_switch VARIABLE VALUE
check_switch() {
  case $2 in
    0 | 1) ;;
    *) fail "$1: \"$2\" is neither 0 nor 1" ;;
  esac
}

read_settings() {
  enabled=${APPMESH_START_ENABLED:-1}
  uid=${APPMESH_IGNORE_UID:-}
  gid=${APPMESH_IGNORE_GID:-}
  app_ports=${APPMESH_APP_PORTS:-}
  ingress_port=${APPMESH_ENVOY_INGRESS_PORT:-15000}
  egress_port=${APPMESH_ENVOY_EGRESS_PORT:-15001}
  ignored_ips=${APPMESH_EGRESS_IGNORED_IP:-}
  ignored_ports=${APPMESH_EGRESS_IGNORED_PORTS:+$APPMESH_EGRESS_IGNORED_PORTS,}22
  ipv6=${APPMESH_ENABLE_IPV6:-0}

  check_switch APPMESH_START_ENABLED "$enabled"
  check_switch APPMESH_ENABLE_IPV6 "$ipv6"
  check_id APPMESH_IGNORE_UID "$uid"
  check_id APPMESH_IGNORE_GID "$gid"
  [ -n "$uid$gid" ] || fail 'APPMESH_IGNORE_UID or APPMESH_IGNORE_GID is needed: without it the traffic of Envoy returns to Envoy'
  check_port APPMESH_ENVOY_INGRESS_PORT "$ingress_port"
  check_port APPMESH_ENVOY_EGRESS_PORT "$egress_port"
  check_ports APPMESH_APP_PORTS "$app_ports"
  check_ports APPMESH_EGRESS_IGNORED_PORTS "$ignored_ports"
}

# port_rules LIST PREFIX SUFFIX: as few multiport rules as the limit allows
port_rules() {
  group='' size=0
  for entry in $(words "$1"); do
    case $entry in
      *[:-]*) slots=2 ;;
      *) slots=1 ;;
    esac
    if [ $((size + slots)) -gt $PORTS_PER_RULE ]; then
      echo "$2 $group $3"
      group='' size=0
    fi
    group=${group:+$group,}$(echo "$entry" | tr '-' ':')
    size=$((size + slots))
  done
  [ -z "$group" ] || echo "$2 $group $3"
}

# ignored_ip_rules FAMILY
ignored_ip_rules() {
  for ip in $(words "$ignored_ips"); do
    case $1$ip in
      ip6tables*:*) echo "-A $EGRESS -p tcp -d $ip -j RETURN" ;;
      ip6tables* | *:*) ;;
      *) echo "-A $EGRESS -p tcp -d $ip -j RETURN" ;;
    esac
  done
}

# chain_rules FAMILY: both chains, in the form of iptables-restore; naming a chain empties it first
chain_rules() {
  echo "*nat"
  echo ":$EGRESS - [0:0]"
  echo ":$INGRESS - [0:0]"
  [ -z "$uid" ] || echo "-A $EGRESS -m owner --uid-owner $uid -j RETURN"
  [ -z "$gid" ] || echo "-A $EGRESS -m owner --gid-owner $gid -j RETURN"
  port_rules "$ignored_ports" "-A $EGRESS -p tcp -m multiport --dports" '-j RETURN'
  ignored_ip_rules "$1"
  echo "-A $EGRESS -p tcp -j REDIRECT --to-ports $egress_port"
  port_rules "$app_ports" "-A $INGRESS -p tcp -m multiport --dports" "-j REDIRECT --to-ports $ingress_port"
}

# hooked FAMILY HOOK
hooked() {
  # shellcheck disable=SC2086 # a hook is several words
  "$1" -w -t nat -C $2 2>/dev/null
}

# missing_hooks FAMILY
missing_hooks() {
  hooked "$1" "$EGRESS_HOOK" || echo "-A $EGRESS_HOOK"
  hooked "$1" "$INGRESS_HOOK" || echo "-A $INGRESS_HOOK"
}

families() {
  echo iptables
  [ "$ipv6" = 0 ] || echo ip6tables
}

start() {
  read_settings
  if [ "$enabled" = 0 ]; then
    echo 'iptables.sh: APPMESH_START_ENABLED is 0, nothing done' >&2
    return
  fi
  for family in $(families); do
    { chain_rules "$family" && missing_hooks "$family" && echo COMMIT; } | "$family-restore" -w --noflush ||
      fail "$family-restore refused the rules"
  done
}

print() {
  read_settings
  for family in $(families); do
    echo "# $family"
    chain_rules "$family"
    echo "-A $EGRESS_HOOK"
    echo "-A $INGRESS_HOOK"
    echo COMMIT
  done
}

# remove_from FAMILY
remove_from() {
  for hook in "$EGRESS_HOOK" "$INGRESS_HOOK"; do
    while hooked "$1" "$hook"; do
      # shellcheck disable=SC2086 # a hook is several words
      "$1" -w -t nat -D $hook
    done
  done
  for chain in $EGRESS $INGRESS; do
    if "$1" -w -t nat -S "$chain" >/dev/null 2>&1; then
      "$1" -w -t nat -F "$chain"
      "$1" -w -t nat -X "$chain"
    fi
  done
}

remove() {
  for family in iptables ip6tables; do
    if command -v "$family" >/dev/null; then remove_from "$family"; fi
  done
}

case ${1:-start} in
  start | remove | print) "${1:-start}" ;;
  *) fail "unknown mode \"$1\": start, remove or print" ;;
esac
