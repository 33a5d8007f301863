"""Where packages lie: a folder, a stick, SFTP, WebDAV, an object store. Nothing but plain files is asked of it.

A file is written under a temporary name in the same folder and renamed; on object stores the last byte makes
it visible. Receivers delete nothing and lock nothing; files that are no packages are left alone.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from desktop_app.core.errors import EnvironmentFault
from desktop_app.exchange.package import SUFFIX

_OBJECT_STORES: Final = frozenset(("s3", "s3a", "gs", "gcs", "az", "abfs", "memory"))
_ASIDE: Final = ".part-"


def shown(url: str) -> str:
    """Return an address without user and password."""
    parts = urlsplit(url)
    if not parts.hostname:
        return url
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def _is_local(url: str) -> bool:
    return "://" not in url or url.startswith("file://")


def _path(url: str) -> Path:
    return Path(unquote(urlsplit(url).path)) if url.startswith("file://") else Path(url)


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn whatever a store answers into one sentence, without its password."""
    try:
        yield
    except EnvironmentFault:
        raise
    except ImportError as fault:
        raise EnvironmentFault("exchange.no_driver", url=shown(url), missing=fault.name or "") from fault
    except Exception as fault:
        raise EnvironmentFault("exchange.unreachable", url=shown(url), why=type(fault).__name__) from fault


class Place:
    """One folder of packages.

    Args:
        known_hosts: file in which the keys of SFTP servers are remembered.
    """

    def __init__(self, url: str, known_hosts: Path) -> None:
        self.url = url
        self._known_hosts = known_hosts
        self._local = _path(url) if _is_local(url) else None
        self._fs: Any = None
        self._root = ""

    def _remote(self) -> tuple[Any, str]:
        if self._fs is None:
            scheme = urlsplit(self.url).scheme
            if scheme in ("webdav", "webdavs", "dav", "davs"):
                self._fs, self._root = _webdav(self.url), ""
            elif scheme in ("sftp", "ssh"):
                self._fs, self._root = _sftp(self.url, self._known_hosts)
            else:
                import fsspec

                self._fs, self._root = fsspec.core.url_to_fs(self.url)
        return self._fs, self._root.rstrip("/")

    def names(self) -> list[str]:
        """Return the names of the files that may be packages, sorted.

        Raises:
            EnvironmentFault: the place is gone or cannot be reached.
        """
        with _told(self.url):
            if self._local is not None:
                if not self._local.is_dir():
                    raise EnvironmentFault("exchange.no_folder", path=self._local)
                found = [p.name for p in self._local.iterdir() if p.is_file()]
            else:
                found = [str(path).rstrip("/").rpartition("/")[2] for path in self._listed()]
        return sorted(name for name in found if not name.startswith(".") and SUFFIX in name.lower())

    def _listed(self) -> list[Any]:
        fs, root = self._remote()
        fs.invalidate_cache()  # others write there too
        try:
            return list(fs.ls(root or "/", detail=False))
        except FileNotFoundError:
            # An object store has no folders: one that nothing was put into yet is empty, not missing.
            if urlsplit(self.url).scheme in _OBJECT_STORES:
                return []
            raise

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file of the place to this machine."""
        with _told(self.url):
            if self._local is not None:
                shutil.copyfile(self._local / name, target)
            else:
                fs, root = self._remote()
                fs.get_file(f"{root}/{name}", str(target))

    def store(self, source: Path, name: str) -> None:
        """Copy a file to the place; it has its name only when it is whole.

        Raises:
            EnvironmentFault: the place is gone, full, or says no.
        """
        aside = f"{_ASIDE}{secrets.token_hex(6)}"
        with _told(self.url):
            if self._local is not None:
                self._store_local(source, self._local / aside, self._local / name)
                return
            fs, root = self._remote()
            if urlsplit(self.url).scheme in _OBJECT_STORES:
                fs.put_file(str(source), f"{root}/{name}")
            else:
                fs.put_file(str(source), f"{root}/{aside}")
                fs.mv(f"{root}/{aside}", f"{root}/{name}")

    def _store_local(self, source: Path, aside: Path, target: Path) -> None:
        import os

        if not target.parent.is_dir():
            raise EnvironmentFault("exchange.no_folder", path=target.parent)
        try:
            with source.open("rb") as read, aside.open("wb") as write:
                shutil.copyfileobj(read, write, 1 << 20)
                write.flush()
                os.fsync(write.fileno())
            aside.replace(target)
        except OSError as fault:
            aside.unlink(missing_ok=True)
            raise EnvironmentFault("disk.write", path=target.parent) from fault


def _webdav(url: str) -> Any:
    from webdav4.fsspec import WebdavFileSystem

    parts = urlsplit(url)
    scheme = "https" if parts.scheme.endswith("s") else "http"
    port = f":{parts.port}" if parts.port else ""
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return WebdavFileSystem(f"{scheme}://{parts.hostname}{port}{parts.path}", auth=login)


def _sftp(url: str, known_hosts: Path) -> tuple[Any, str]:
    import fsspec

    from desktop_app.exchange.host_keys import RememberedHosts

    parts = urlsplit(url)
    login: dict[str, Any] = {"port": parts.port} if parts.port else {}
    if parts.username:
        login["username"] = unquote(parts.username)
    if parts.password:
        login["password"] = unquote(parts.password)
    policy = RememberedHosts(known_hosts)
    made = fsspec.filesystem(
        "sftp", host=parts.hostname, host_key_policy=policy, skip_instance_cache=True, **login
    )
    return made, unquote(parts.path)


def is_place(text: str) -> bool:
    """Tell whether a text names a folder or a store rather than one file."""
    return not _is_local(text) or _path(text).is_dir()
