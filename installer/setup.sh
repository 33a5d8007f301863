#!/bin/sh
# Makes .venv with the locked dependencies. Missing system libraries are installed when we may,
# otherwise named in one sentence with the exact command.
set -eu
cd "$(dirname "$0")/.."
lock=${1:-requirements.lock}
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer is needed. Install it: sudo apt-get install python3 python3-venv" >&2
    exit 3
fi
if command -v dpkg-query >/dev/null 2>&1; then
    missing=""
    for name in $(cat installer/debian-packages.txt); do
        case "$(dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null || true)" in
            ii*) ;;
            *) [ "$name" = python3-venv ] && "$python" -c 'import ensurepip' 2>/dev/null || missing="$missing $name" ;;
        esac
    done
    if [ -n "$missing" ]; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1
        else
            echo "System libraries are missing. Install them: sudo apt-get install$missing" >&2
            exit 3
        fi
    fi
fi
stamp=".venv/.$(basename "$lock").$(cksum < "installer/$lock" | cut -d' ' -f1)"
if [ ! -f "$stamp" ]; then
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r "installer/$lock"
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
