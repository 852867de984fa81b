#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs test-sip-dns in a network of its own, with its own name server on port 53 and its own
# resolv.conf. Nothing outside is touched. Exit status 77: this machine does not permit it.
# usage: dns-namespace.sh TEST-SIP-DNS
set -eu

skip () {
  echo "SKIP: $1"
  exit 77
}

if [ "${1:-}" != inside ]; then
  PATH=$PATH:/usr/sbin:/sbin
  export PATH
  command -v dnsmasq >/dev/null || skip "dnsmasq is not installed (package dnsmasq-base)"
  command -v ip >/dev/null || skip "ip is not installed (package iproute2)"
  [ -e /etc/resolv.conf ] && [ -e /etc/nsswitch.conf ] || skip "/etc/resolv.conf is missing"
  if [ "$(id -u)" = 0 ]; then map=; else map=--map-root-user; fi
  unshare $map --mount-proc --net --pid --fork true 2>/dev/null ||
    skip "private namespaces (unshare) are forbidden here"
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  # No exec: the folder is removed afterwards.
  unshare $map --mount-proc --net --pid --fork --kill-child "$0" inside "$dir" "$1"
  exit
fi

dir=$2
test=$3
# The test of what is online must not ask a daemon outside.
export GIO_USE_NETWORK_MONITOR=netlink

printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$dir/resolv.conf"
printf 'hosts: files dns\n' >"$dir/nsswitch.conf"
mount --bind "$dir/resolv.conf" /etc/resolv.conf
mount --bind "$dir/nsswitch.conf" /etc/nsswitch.conf
ip link set lo up

"$test" offline

# A default route makes the machine online in its own eyes; where it leads to does not matter.
ip route add default dev lo
"$test" silent

# Goes into the background by itself, when its socket is bound, and ends with
# the namespace.
dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --listen-address=127.0.0.1 --bind-interfaces \
  --user=root --group= --pid-file= --local=/test/ --log-facility="$dir/log" \
  --naptr-record=naptr.test,50,20,s,SIP+D2T,,_sip._tcp.naptr.test \
  --naptr-record=naptr.test,50,10,s,SIP+D2U,,_sip._udp.naptr.test \
  --naptr-record=naptr.test,10,99,s,SIPS+D2T,,_sips._tcp.elsewhere.test \
  --naptr-record=naptr.test,1,1,u,E2U+sip,,elsewhere.test \
  --srv-host=_sips._tcp.elsewhere.test,one.test,5071,0,0 \
  --srv-host=_sip._tcp.naptr.test,three.test,5073,20,0 \
  --srv-host=_sip._tcp.naptr.test,two.test,5072,10,0 \
  --srv-host=_sip._udp.naptr.test,four.test,5074,0,0 \
  --srv-host=_sips._tcp.srv.test,one.test,5061,0,0 \
  --srv-host=_sip._tcp.srv.test,two.test,5060,0,0 \
  --srv-host=_sips._tcp.denied.test \
  --host-record=one.test,192.0.2.1 --host-record=two.test,192.0.2.2 \
  --host-record=three.test,192.0.2.3 --host-record=four.test,192.0.2.4 \
  --host-record=plain.test,192.0.2.5 --host-record=denied.test,192.0.2.6 \
  --host-record=naptr.test,192.0.2.9 --host-record=six.test,2001:db8::6
"$test" answers
