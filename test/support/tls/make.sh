#!/bin/sh
# Makes the certificates of the tests anew, in this folder. They end in 2119 or 2120, but for the one that has ended.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null; }

# root <name> <common name>
root() {
  key "$1"
  openssl req -x509 -new -key "$1.key" -subj "/CN=$2" -days 34000 -out "$1.pem"
}

# issue <name> <common name> <issuer> <extensions> [<from> <to>]
issue() {
  key "$1"
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$work/request"
  : >"$work/index"
  printf '%s\n' "$4" >"$work/extensions"
  cat >"$work/config" <<END
[ca]
default_ca = one
[one]
database = $work/index
new_certs_dir = $work
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
END
  openssl ca -batch -notext -config "$work/config" -cert "$3.pem" -keyfile "$3.key" -in "$work/request" \
    -extfile "$work/extensions" -startdate "${5:-20250101000000Z}" -enddate "${6:-21200101000000Z}" \
    -out "$1.pem" 2>/dev/null
}

names='subjectAltName=DNS:localhost,IP:127.0.0.1'
root authority "Tallystick tests"
root stranger "Somebody else"
issue server localhost authority "$names"
issue renewed localhost authority "$names"
issue ended localhost authority "$names" 20200101000000Z 20200201000000Z
issue client billing authority 'extendedKeyUsage=clientAuth'
issue foreign billing stranger 'extendedKeyUsage=clientAuth'
# What nobody signs with again.
rm stranger.key stranger.pem
