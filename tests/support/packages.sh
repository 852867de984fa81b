# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./run and ./check: the Debian packages each needs, and how missing ones are installed.

build_packages=(
  desktop-file-utils gcc libc6-dev meson ninja-build pkg-config gettext libxml2-utils libglib2.0-dev libglib2.0-dev-bin
  libgtk-3-dev libhandy-1-dev libjson-glib-dev libmicrohttpd-dev libsecret-1-dev libsofia-sip-ua-dev
  libsofia-sip-ua-glib-dev libsoup-3.0-dev libsqlite3-dev libsrtp2-dev libssl-dev libxml2-dev zlib1g-dev
)
# TLS and its authorities; and what a window looks poor without: icons, Korean, emoji.
run_packages=(
  adwaita-icon-theme ca-certificates fonts-noto-cjk fonts-noto-color-emoji glib-networking
)
test_packages=(
  appstream at-spi2-core baresip-core clang-format dbus dnsmasq-base gir1.2-atspi-2.0 gir1.2-gtk-3.0 git
  gnome-keyring imagemagick iproute2 kamailio kamailio-presence-modules kamailio-sqlite-modules
  kamailio-tls-modules linphone-cli openbox openssl python3 python3-dbusmock python3-gi sip-tester sqlite3
  wmctrl x11-utils xdotool xfce4-panel xfconf xvfb
)

program=${0##*/}

say () {
  printf '%s: %s\n' "$program" "$*"
}

fail () {
  printf '%s: %s\n' "$program" "$*" >&2
  exit 1
}

missing_packages () {
  comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p' | sort -u)
}

# install_packages PACKAGE…: installs those that are missing; silent and instant when none is.
install_packages () {
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    fail "this is not Debian or a relative of it (no apt-get). Install what these Debian packages hold, then build with meson: $*"

  local missing as_root=() log
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0

  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "only root may install packages and there is no sudo. As root: apt-get install ${missing[*]}"
    as_root=(sudo)
    # Without a terminal nobody can be asked for a password.
    [ -t 0 ] || as_root=(sudo -n)
    "${as_root[@]}" true ||
      fail "sudo was refused. As root: apt-get install ${missing[*]}"
  fi

  say "installing ${#missing[@]} missing packages: ${missing[*]}"
  log=$(mktemp)
  as_root+=(env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8)
  local install=(apt-get install --yes --no-install-recommends "${missing[@]}")
  # The lists of packages are fetched only when the ones at hand do not do.
  if ! { "${as_root[@]}" "${install[@]}" --simulate >/dev/null 2>&1 &&
         "${as_root[@]}" "${install[@]}" </dev/null 2>&1 | tee "$log"; }; then
    say "fetching the lists of packages"
    "${as_root[@]}" apt-get update </dev/null 2>&1 | tee "$log"
    "${as_root[@]}" "${install[@]}" </dev/null 2>&1 | tee -a "$log" || explain_failure "$log" "${missing[@]}"
  fi
  rm -f "$log"
}

# explain_failure LOG PACKAGE…: one sentence for what apt-get wrote
explain_failure () {
  local log=$1 reason="apt-get says above why"
  shift
  if grep -qE 'Temporary failure resolving|Could not (resolve|connect)|Network is unreachable|Connection (timed out|failed)' "$log"; then
    reason="the network cannot be reached"
  elif grep -q 'Unable to locate package' "$log"; then
    reason="this system's package sources do not have all of them; Debian 12 does"
  elif grep -qE 'No space left|enough free space' "$log"; then
    reason="the disk is full"
  elif grep -q 'Could not get lock' "$log"; then
    reason="another package manager is at work; try again when it is done"
  fi
  rm -f "$log"
  fail "the packages could not be installed: $reason. (${*})"
}
