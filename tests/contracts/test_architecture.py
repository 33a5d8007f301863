"""The house: who may import whom, no cycles, nothing heavy at start-up, files and functions of a readable size."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "desktop_app"
MAY = {
    "core": set(),
    "domain": {"core"},
    "formdef": {"core", "domain"},
    "storage": {"core", "domain", "formdef"},
    "exchange": {"core", "domain", "storage"},
    "importing": {"core", "domain", "formdef"},
    "reports": {"core", "domain", "formdef"},
    "services": {"core", "domain", "formdef", "storage", "exchange", "importing", "reports"},
    "window": {"core", "domain", "formdef", "services"},
}
ONLY = {
    "sqlalchemy": {"storage"}, "alembic": {"storage"}, "sqlcipher3": {"storage"}, "nacl": {"storage", "exchange"},
    "argon2": {"storage"}, "keyring": {"storage", "exchange"}, "python_calamine": {"importing"}, "openpyxl": {"importing"},
    "reportlab": {"reports"}, "xlsxwriter": {"reports"}, "segno": {"reports"}, "PySide6": {"window"},
    "pypdfium2": {"reports", "window"}, "typer": set(), "platformdirs": {"core"}, "babel": {"core"},
    "pyrage": {"exchange"}, "zstandard": {"exchange"}, "fsspec": {"exchange"}, "httpx": {"exchange"}, "botocore": {"exchange"}, "certifi": {"exchange"}, "paramiko": {"exchange"}, "psycopg": {"storage"}, "msgspec": {"storage", "exchange"},
}  # fmt: skip
ROOTS = {
    "cli",
    "cli_base",
    "cli_month",
    "cli_import",
    "cli_care",
    "cli_exchange",
    "cli_merge",
    "cli_record",
    "app",
    "__main__",
    "showcase",
    "__init__",
}
NAMED_EXCEPTIONS = {
    # The gate asks which users have key slots before any workspace can be opened.
    ("window/dialogs/gate.py", "storage"),
}


def modules() -> dict[str, ast.Module]:
    return {
        str(p.relative_to(PACKAGE)): ast.parse(p.read_text("utf-8")) for p in sorted(PACKAGE.rglob("*.py"))
    }


def imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_import_table_holds() -> None:
    wrong = []
    for path, tree in modules().items():
        room = path.split("/")[0].removesuffix(".py")
        if room in ROOTS:
            continue
        for name in imports(tree):
            parts = name.split(".")
            if parts[0] == "desktop_app" and len(parts) > 1 and (PACKAGE / parts[1]).is_dir():
                allowed = MAY[room] | {room}
                if parts[1] not in allowed and (path, parts[1]) not in NAMED_EXCEPTIONS:
                    wrong.append(f"{path} imports {name}")
            elif parts[0] in ONLY and room not in ONLY[parts[0]]:
                wrong.append(f"{path} imports {name}")
    assert not wrong


def test_every_named_exception_is_still_needed() -> None:
    trees = modules()
    for path, room in NAMED_EXCEPTIONS:
        assert any(name.startswith(f"desktop_app.{room}") for name in imports(trees[path]))


def test_only_services_and_storage_open_transactions() -> None:
    wrong = [p for p, tree in modules().items() for node in ast.walk(tree)
             if isinstance(node, ast.Attribute) and node.attr in ("transaction", "commit") and p.split("/")[0] not in ("services", "storage")]  # fmt: skip
    assert not wrong


def _top_level_imports(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= imports(ast.Module([node], []))
    return found


def test_no_import_cycle() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    names = {
        ("desktop_app." + p.removesuffix(".py").replace("/", ".")).removesuffix(".__init__")
        for p in modules()
    }
    for path, tree in modules().items():
        name = ("desktop_app." + path.removesuffix(".py").replace("/", ".")).removesuffix(".__init__")
        graph[name] = {i for i in _top_level_imports(tree) if i in names and i != name}
    done: set[str] = set()
    path_now: list[str] = []

    def visit(name: str) -> None:
        assert name not in path_now, " → ".join([*path_now, name])
        if name in done:
            return
        path_now.append(name)
        for other in sorted(graph[name]):
            visit(other)
        path_now.pop()
        done.add(name)

    for name in sorted(graph):
        visit(name)


@pytest.mark.parametrize(
    "entry", ["desktop_app.app", "desktop_app.window.shell", "desktop_app.services.workspace"]
)
def test_nothing_heavy_at_start_up(entry: str) -> None:
    heavy = "sqlalchemy alembic reportlab xlsxwriter openpyxl python_calamine pypdfium2 segno babel typer PIL".split()
    code = f"import sys, {entry}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_sizes() -> None:
    long_files = [p for p in PACKAGE.rglob("*.py") if p.read_text("utf-8").count("\n") > 500]
    long_functions = [
        f"{path}:{node.name}" for path, tree in modules().items() for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 70
    ]  # fmt: skip
    assert not long_files
    assert not long_functions


def test_no_machine_path_or_index_host_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    forbidden = (
        "/" + "work/",
        "/" + "root/",
        "pypi" + ".org",
        "files.python" + "hosted",
        "deb.debian" + ".org",
        "BEGIN PRIVATE" + " KEY",
    )
    wrong = []
    for name in listed.stdout.split():
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".lock", ".sh", ".txt", "") and path.is_file():
            text = path.read_text("utf-8", errors="replace")
            wrong += [f"{name}: {word}" for word in forbidden if word in text]
    assert not wrong


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_has_hashes_and_names_no_host(lock: str) -> None:
    lines = (ROOT / "installer" / lock).read_text("utf-8").splitlines()
    pinned = [line for line in lines if "==" in line]
    assert len(pinned) > 20
    assert not [line for line in lines if "://" in line or "index-url" in line]
    assert sum("--hash=sha256:" in line for line in lines) >= len(pinned)
