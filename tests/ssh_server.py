"""An OpenSSH server of one's own on a loopback port, and programs run through its client in a terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import re
import select
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from .terminal import Terminal

SBIN = os.pathsep.join(("/usr/sbin", "/usr/local/sbin", "/sbin"))
SSHD, SSH, KEYGEN = shutil.which("sshd", path=SBIN), shutil.which("ssh"), shutil.which("ssh-keygen")
SEPARATION = Path("/run/sshd")
"""Where a server that root starts shuts itself in; the system makes it when it starts its own."""
STARTS, PATIENCE = 5, 30.0
SERVER = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {home}/host
AuthorizedKeysFile {home}/client.pub
PidFile none
StrictModes no
UsePAM no
UseDNS no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitUserRC no
PrintMotd no
PrintLastLog no
"""
CLIENT = """\
Host *
    HostName 127.0.0.1
    User {user}
    IdentityFile {home}/client
    IdentitiesOnly yes
    IdentityAgent none
    UserKnownHostsFile {home}/known
    HostKeyAlias here
    StrictHostKeyChecking yes
    PreferredAuthentications publickey
    EscapeChar none
    LogLevel ERROR
"""
MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
TURNED = re.compile(rb"\x1b\[\?1049[hl]")
KEYBOARD = re.compile(rb"\x1b\[([><])[0-9;]*u")


def why_not() -> str:
    """Why no server can be run here; empty when one can."""
    if SSHD is None or SSH is None or KEYGEN is None:
        return "OpenSSH's sshd, ssh and ssh-keygen are not all installed"
    if Path(pwd.getpwuid(os.getuid()).pw_shell).name in {"nologin", "false"}:
        return "this user has no shell to log in to"
    return ""


class Server:
    """A server for this user alone, by a key made for it; everything it needs is in `home`, a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, 0
        for name in ("host", "client"):
            _run(KEYGEN or "", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(home / name))
        (home / "known").write_text(f"here {(home / 'host.pub').read_text()}")
        (home / "client.conf").write_text(CLIENT.format(home=home, user=pwd.getpwuid(os.getuid()).pw_name))

    def __enter__(self) -> Self:
        if os.getuid() == 0:
            SEPARATION.mkdir(mode=0o755, exist_ok=True)
        for _ in range(STARTS):
            if self._started():
                return self
        raise RuntimeError(f"sshd did not start: {(self.home / 'log').read_text()}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()

    def client(self, words: Sequence[str], *, port: int = 0, options: Sequence[str] = ()) -> list[str]:
        """The client's command that runs `words` in a terminal there, through another port when one is given."""
        where = ["-F", str(self.home / "client.conf"), "-p", str(port or self.port)]
        return [SSH or "", "-tt", *where, *options, "here", f"exec {shlex.join(words)}"]

    def _started(self) -> bool:
        """Whether a server answers on a free port; False when somebody else got it first."""
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        config = self.home / "server.conf"
        config.write_text(SERVER.format(port=self.port, home=self.home))
        with open(self.home / "log", "wb") as log:
            self._process = subprocess.Popen([SSHD or "", "-D", "-e", "-f", str(config)], stderr=log)
        end = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as line:
                return line.recv(3) == b"SSH"
            time.sleep(0.02)
        self._process.kill()
        self._process.wait()
        return False


class Session(Terminal):
    """A program behind ssh, in a terminal that knows only what TERM says; every byte that came is in `raw`."""

    def __init__(
        self,
        server: Server,
        words: Sequence[str],
        env: Mapping[str, str],
        *,
        term: str = "xterm-256color",
        size: tuple[int, int] = (120, 40),
        port: int = 0,
    ) -> None:
        self.raw, self._ended = bytearray(), False
        given = [f"{name}={value}" for name, value in env.items()]
        command = server.client(["env", *given, *words], port=port)
        super().__init__(command, {"TERM": term}, server.home, size)

    def resize(self, columns: int, rows: int) -> None:
        """Another size, as when a window is pulled: the client is told by the system."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def drop(self) -> None:
        """The client is gone from one moment to the next, and the connection with it."""
        if not self._ended:
            self._ended = True
            self.kill()

    def wait_for_end(self) -> int:
        """Read until the program ends; its exit code."""
        code = super().wait_for_end()
        self._ended = True
        return code

    def listen(self, seconds: float) -> None:
        """Take what comes within some seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self.fd], [], [], left)[0]:
            if not self._read(end):
                return

    def _show(self, data: bytes) -> None:
        """As a terminal that has a second screen, which is empty whenever it is turned to; pyte has the one."""
        self.raw += data
        super()._show(TURNED.sub(lambda turned: turned[0] + b"\x1b[H\x1b[2J", data))


def left_on(raw: bytes) -> set[str]:
    """The terminal's modes that the bytes leave otherwise than they found them; wrapping and the cursor are on."""
    state = {"7": b"h", "25": b"h"}
    for numbers, to in MODE.findall(raw):
        state |= dict.fromkeys(numbers.decode().split(";"), to)
    usual = {"7": b"h", "25": b"h"}
    changed = {number for number, to in state.items() if to != usual.get(number, b"l")}
    pushed = KEYBOARD.findall(raw)
    return changed | ({"keyboard"} if pushed.count(b">") != pushed.count(b"<") else set())


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
