#!/bin/sh
# Starts tinyscale for the servers in servers.json, on port 3005 or the one in PORT. The first start
# makes the secret for the front ends and keeps it in the file `secret`.
#
# usage: start.sh path/to/tinyscale.war
set -eu
war=$1

if [ ! -s secret ]; then
  (umask 077 && openssl rand -hex 32 > secret)
fi
export TINYSCALE_SECRET_FILE=secret
export TINYSCALE_SERVERS=servers.json
export TINYSCALE_STARTUP_CHECK=warn

exec java -jar "$war"
