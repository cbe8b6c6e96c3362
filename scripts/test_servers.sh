#!/bin/sh
# Installs what some tests need beside the locked packages: Prometheus and Redis; with TEST_SERVERS=1 Spark as well, a
# Java and pyspark, whose download alone takes minutes on a slow line.
#
# Runs where CI=true or TEST_SERVERS=1 is set, on Debian or Ubuntu, as root or (TEST_SERVERS=1 only) with sudo; elsewhere
# it does nothing. What cannot be installed is said in one line, and the tests that need it are skipped.
# SERVERS_SECONDS limits each step (default 120; 600 is enough for pyspark).
set -u

say() { printf 'test servers: %s\n' "$*" >&2; }

[ "${CI:-}" = true ] || [ "${TEST_SERVERS:-}" = 1 ] || exit 0
command -v apt-get >/dev/null 2>&1 || { say "no apt-get here; nothing installed"; exit 0; }

if [ "$(id -u)" = 0 ]; then
    root=
elif [ "${TEST_SERVERS:-}" = 1 ]; then
    root=sudo
else
    say "not root; nothing installed (set TEST_SERVERS=1 to use sudo)"
    exit 0
fi

limit=${SERVERS_SECONDS:-120}
wanted=
pairs="prometheus:promtool redis-server:redis-server"
[ "${TEST_SERVERS:-}" = 1 ] && pairs="$pairs default-jre-headless:java"
for pair in $pairs; do
    command -v "${pair#*:}" >/dev/null 2>&1 || wanted="$wanted ${pair%%:*}"
done

export DEBIAN_FRONTEND=noninteractive
apt() { $root timeout "$limit" apt-get -q -y -o Acquire::Retries=1 -o Acquire::http::Timeout=20 "$@" >/dev/null 2>&1; }

if [ -n "$wanted" ]; then
    started=$(date +%s)
    if apt update; then
        for package in $wanted; do
            apt install --no-install-recommends "$package" || say "$package could not be installed"
        done
    else
        say "the package index is out of reach; not installed:$wanted"
    fi
    say "$(($(date +%s) - started)) s for$wanted"
fi

python=.venv/bin/python
if [ "${TEST_SERVERS:-}" = 1 ] && command -v java >/dev/null 2>&1 && ! "$python" -c 'import pyspark' >/dev/null 2>&1; then
    started=$(date +%s)
    if timeout "$limit" "$python" -m pip install --quiet --disable-pip-version-check 'pyspark>=4.2' >/dev/null 2>&1; then
        say "$(($(date +%s) - started)) s for pyspark"
    else
        say "pyspark could not be installed within $limit s"
    fi
fi
exit 0
