"""Packages over SFTP."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import Any, Final

import paramiko

from desktop_app.core.errors import EnvironmentFault
from desktop_app.exchange.address import SSH_KEY, SSH_PASSPHRASE, Address, secret_in
from desktop_app.exchange.carrier import IDLE, PIECE, Broken, Moved, PlacedFile
from desktop_app.exchange.host_keys import RememberedHosts
from desktop_app.exchange.standing import Watch

_AHEAD: Final = 1 << 21
"""Bytes of a file asked for before the first has come."""
_PORT: Final = 22
_GONE: Final = "Socket is closed"
"""What paramiko says, without a number, when the line broke before something was written."""


class Sftp:
    """One folder of an SFTP server."""

    def __init__(self, address: Address, known_hosts: Path, idle: float = IDLE) -> None:
        self._idle = idle
        self._address = address
        self._watch = Watch(idle)
        self._hosts = RememberedHosts(known_hosts)
        self._client: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None

    def _open(self) -> paramiko.SFTPClient:
        if self._sftp is None:
            client = self._client = paramiko.SSHClient()
            client.set_missing_host_key_policy(self._hosts)
            self._connect(client)
            transport = client.get_transport()
            if transport is not None:
                transport.set_keepalive(max(int(self._idle) // 2, 1))
            self._sftp = client.open_sftp()
            self._sftp.get_channel().settimeout(self._watch.limit)  # type: ignore[union-attr]
        return self._sftp

    def _connect(self, client: paramiko.SSHClient) -> None:
        address = self._address
        key = address.option("key", SSH_KEY)
        secret = address.options.get("passphrase_file")
        passphrase = secret_in(Path(secret)) if secret else address.option("passphrase", SSH_PASSPHRASE)
        client.connect(
            address.host, address.port or _PORT, username=address.user or None, password=address.password() or None,
            pkey=self._key(Path(key).expanduser(), passphrase) if key else None, passphrase=passphrase or None,
            timeout=self._idle, banner_timeout=self._idle, auth_timeout=self._idle, channel_timeout=self._idle,
            transport_factory=self._transport,
        )  # fmt: skip

    def _key(self, path: Path, passphrase: str) -> paramiko.PKey:
        """Return the key of a file; paramiko's own trying of one kind after another hides why it did not open."""
        if not path.is_file():
            raise EnvironmentFault("disk.read", path=path)
        try:
            return paramiko.PKey.from_path(path, passphrase.encode() or None)  # type: ignore[arg-type] # bytes, say its docs
        except TypeError as fault:
            if passphrase:  # the key needs none
                return self._key(path, "")
            raise EnvironmentFault("exchange.key_locked", url=self._address.bare) from fault
        except (ValueError, paramiko.SSHException) as fault:
            code = "exchange.key_locked" if passphrase else "exchange.key_unreadable"
            raise EnvironmentFault(code, url=self._address.bare) from fault

    def _transport(self, sock: Any, **more: Any) -> paramiko.Transport:
        """Ask first for the kinds of key that this server is known by, as OpenSSH does."""
        made = paramiko.Transport(self._watch.over(sock), **more)  # type: ignore[arg-type] # speaks as a socket does
        port = self._address.port or _PORT
        known = self._hosts.kinds_of(
            self._address.host if port == _PORT else f"[{self._address.host}]:{port}"
        )
        options = made.get_security_options()
        offered = list(options.key_types)
        options.key_types = sorted(offered, key=lambda kind: kind not in known)
        return made

    @contextmanager
    def _told(self) -> Iterator[paramiko.SFTPClient]:
        """Turn whatever the server or the line says, or that they say nothing, into our own words."""
        try:
            with self._watch.waiting(), self._in_words() as sftp:
                yield sftp
        except (EnvironmentFault, Broken) as fault:
            self.close()
            # Whatever paramiko makes of a line that was ended under its hands, or of a limit of its own.
            if self._watch.stood or (isinstance(fault, Broken) and self._watch.is_quiet()):
                raise Broken("exchange.unreachable_silent", stood=True) from fault
            raise

    @contextmanager
    def _in_words(self) -> Iterator[paramiko.SFTPClient]:
        url = self._address.bare
        try:
            yield self._open()
        except (EnvironmentFault, Broken):
            raise
        except paramiko.PasswordRequiredException as fault:
            raise EnvironmentFault("exchange.key_locked", url=url) from fault
        except (paramiko.BadAuthenticationType, paramiko.AuthenticationException) as fault:
            raise EnvironmentFault("exchange.unreachable_login", url=url) from fault
        except TimeoutError as fault:
            raise Broken("exchange.unreachable_silent", stood=True) from fault
        except EOFError as fault:
            raise Broken("exchange.unreachable_silent") from fault
        except paramiko.SSHException as fault:
            raise self._of_ssh(fault) from fault
        except OSError as fault:
            raise self._of_system(fault) from fault
        except ValueError as fault:  # a key file that is none
            raise EnvironmentFault("exchange.key_unreadable", url=url) from fault

    def _of_ssh(self, fault: paramiko.SSHException) -> Exception:
        text = str(fault).lower()
        if "passphrase" in text or "private key file is encrypted" in text or "checkints" in text:
            return EnvironmentFault("exchange.key_locked", url=self._address.bare)
        if "not a valid" in text and "key" in text:
            return EnvironmentFault("exchange.key_unreadable", url=self._address.bare)
        if "no authentication methods" in text:
            return EnvironmentFault("exchange.no_credentials", url=self._address.bare)
        return Broken("exchange.unreachable_silent")

    def _of_system(self, fault: OSError) -> Exception:
        url = self._address.bare
        if isinstance(fault, paramiko.ssh_exception.NoValidConnectionsError | socket.gaierror):
            return EnvironmentFault("exchange.unreachable_network", url=url)
        if isinstance(fault, FileNotFoundError):
            return EnvironmentFault("exchange.unreachable_folder", url=url)
        if isinstance(fault, PermissionError):
            return EnvironmentFault("exchange.unreachable_right", url=url)
        if fault.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ECONNREFUSED):
            return EnvironmentFault("exchange.unreachable_network", url=url)
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            return EnvironmentFault("exchange.full", url=url, path=url)
        if (
            fault.errno is None and str(fault) != _GONE
        ):  # the server's «Failure», which is all it says of a full disk
            return EnvironmentFault("exchange.refused", url=url)
        return Broken("exchange.unreachable_silent")

    def _at(self, name: str = "") -> str:
        return f"{self._address.path.rstrip('/')}/{name}".rstrip("/") or "/"

    def files(self) -> list[PlacedFile]:
        """Return the folder's files."""
        with self._told() as sftp:
            return [
                PlacedFile(one.filename, one.st_size or 0, str(one.st_mtime or ""))
                for one in sftp.listdir_attr(self._at()) if one.st_mode is None or S_ISREG(one.st_mode)
            ]  # fmt: skip

    def read(self, name: str, start: int) -> Iterator[bytes]:
        """Yield a file's bytes."""
        with self._told() as sftp, self._file(sftp, name, "rb") as file:
            size = self._size(sftp, name)
            file.seek(start)
            asked = at = start
            while piece := file.read(PIECE):
                at += len(piece)
                with self._watch.resting():
                    yield piece
                if asked <= at < size:
                    asked = min(at + _AHEAD, size)
                    file.prefetch(asked)  # so much at a time that its thread has nothing to wait for

    @contextmanager
    def _file(self, sftp: paramiko.SFTPClient, name: str, mode: str) -> Iterator[paramiko.SFTPFile]:
        """Open a file; over a line that failed, closing it would wait for every answer that is still due."""
        file = sftp.open(self._at(name), mode)
        try:
            yield file
            file.close()
        except GeneratorExit:  # somebody has read enough
            file.close()
            raise
        except BaseException:
            file.set_pipelined(False)
            self.close()
            raise

    def put(self, source: Path, name: str, aside: str, moved: Moved) -> None:
        """Write under another name, going on where an earlier try broke, then rename."""
        whole = source.stat().st_size
        with self._told() as sftp:
            here = self._size(sftp, aside)
            with source.open("rb") as read, self._file(sftp, aside, "r+b" if here else "wb") as write:
                read.seek(here)
                write.seek(here)
                write.set_pipelined(True)
                while piece := read.read(PIECE // 2):
                    write.write(piece)
                    moved(read.tell())
            if self._size(sftp, aside) != whole:
                raise EnvironmentFault("exchange.full", url=self._address.bare, path=self._address.bare)
            try:
                sftp.posix_rename(self._at(aside), self._at(name))
            except OSError:  # a server without that extension
                sftp.rename(self._at(aside), self._at(name))

    def _size(self, sftp: paramiko.SFTPClient, name: str) -> int:
        try:
            return sftp.stat(self._at(name)).st_size or 0
        except FileNotFoundError:
            return 0

    def remove(self, name: str) -> None:
        """Remove a file."""
        with self._told() as sftp:
            sftp.remove(self._at(name))

    def close(self) -> None:
        """Let the line go."""
        if self._client is not None:
            self._client.close()
        self._client = self._sftp = None
