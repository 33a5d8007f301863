#!/bin/sh
# Makes .venv with the locked dependencies. Missing system libraries are installed when we may,
# otherwise named in one sentence with the exact command.
#   setup.sh LOCK [LIST…]   LIST: further files of Debian package names beside debian-packages.txt
set -eu
cd "$(dirname "$0")/.."
lock=${1:-requirements.lock}
[ $# -eq 0 ] || shift
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer is needed. Install it: sudo apt-get install python3 python3-venv" >&2
    exit 3
fi

# Names of packages in the lists that are not installed.
missing_of() {
    for list in "$@"; do
        while read -r name; do
            case "$(dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null || true)" in
                ii*) ;;
                *) [ "$name" = python3-venv ] && "$python" -c 'import ensurepip' 2>/dev/null || printf ' %s' "$name" ;;
            esac
        done < "$list"
    done
}

# apt's own words are kept and shown when it fails; another process's lock is waited for, up to ten minutes
# (DPkg::Lock::Timeout does not cover the lock of the lists).
apt() {
    tries=0
    while ! apt-get -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@" > "$log" 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -lt 120 ] && grep -q "Could not get lock" "$log"; then
            [ "$tries" -gt 1 ] || echo "Another process installs packages just now; waiting for it."
            sleep 5
            continue
        fi
        echo "apt-get $1 failed. What it said:" >&2
        tail -n 20 "$log" >&2
        return 3
    done
}

if command -v dpkg-query >/dev/null 2>&1; then
    missing=$(missing_of installer/debian-packages.txt "$@")
    if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing system libraries:$missing"
        log=$(mktemp)
        trap 'rm -f "$log"' EXIT
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086 - a list of names
        { apt update -q && apt install -y -q --no-install-recommends $missing; } || exit 3
    elif [ -n "$missing" ]; then
        echo "System libraries are missing. Install them: sudo apt-get install$missing" >&2
        exit 3
    fi
fi
stamp=".venv/.$(basename "$lock").$(cksum < "installer/$lock" | cut -d' ' -f1)"
if [ ! -f "$stamp" ]; then
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r "installer/$lock" || {
        echo "The Python packages of installer/$lock could not be installed; pip says why above." >&2
        exit 3
    }
    site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    pwd > "$site/tizilim.pth"
    printf '#!%s/.venv/bin/python\nfrom desktop_app.__main__ import main\nmain()\n' "$(pwd)" > .venv/bin/tizilim
    chmod +x .venv/bin/tizilim
    rm -f .venv/.requirements*
    : > "$stamp"
    [ "$lock" = requirements-dev.lock ] && : > ".venv/.requirements.lock.$(cksum < installer/requirements.lock | cut -d' ' -f1)"
fi
# Compiled once, here: where nothing can be written beside the sources, each start would compile them anew.
.venv/bin/python -m compileall -q desktop_app benchmarks
exit 0
