"""Servers that are measured, and the clients that do it."""
import atexit
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / os.environ.get("HERMES_BUILD", "build/release")
PEERS = pathlib.Path(
    os.environ.get("HERMES_CACHE")
    or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "hermes"
) / "peers"
os.environ.setdefault("HERMES_ALLOW_ROOT", "1")  # Measurements run in containers.
os.environ.setdefault("HERMES_NO_P2P", "1")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Server:
    """A process that serves HTTP; the word PORT in its command becomes a port that is free."""

    def __init__(self, name, command):
        self.name = name
        self.port = free_port()
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [str(part).replace("PORT", str(self.port)) for part in command],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
        )
        atexit.register(self.process.kill)  # Where the measurement fails.

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, app, path):
        request = urllib.request.Request(self.url(path), headers={"Host": f"{app}.localhost"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.read()

    def wait_until_it_answers(self, deadline):
        while True:
            try:
                return self.get("hello", "/api/hello")
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"{self.name} does not answer: {error}\n{self.output().decode()}")
                time.sleep(0.001)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def measure(self, connections, seconds, app="hello", path="/api/hello"):
        """Requests per second, milliseconds at the 99th percentile, CPU microseconds per request."""
        before = self.cpu_seconds()
        output = self.load(app, path, connections, seconds).communicate()[0]
        cpu = self.cpu_seconds() - before
        if "Non-2xx" in output or "Socket errors" in output:
            print(f"note: {self.name} at {connections} connections:\n{output}", file=sys.stderr)
        requests = int(re.search(r"(\d+) requests in", output)[1])
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
        return rate, milliseconds(re.search(r"(?m)^\s+99%\s+(\S+)", output)[1]), cpu * 1e6 / max(requests, 1)

    def load(self, app, path, connections, seconds):
        """A process of wrk that sends requests to an app."""
        return subprocess.Popen(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "60s",
             "-H", f"Host: {app}.localhost", self.url(path)],
            stdout=subprocess.PIPE, text=True,
        )

    def output(self):
        """What it has written so far."""
        return pathlib.Path(f"/proc/self/fd/{self.log.fileno()}").read_bytes()

    def wait_for_app(self, app, seconds=60):
        """Until it says that the app runs."""
        wait_for(lambda: re.search(rf"(?m)^{app}\b".encode(), self.output()), app, seconds)

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def hermes(*arguments, name="hermes", home=None):
    """`hermes run` with these arguments; `home` is where it keeps compiled code: a new one, if none
    is named."""
    return Server(name, [BUILD / "hermes", "run", "--port", "PORT", "--home", home or new_folder(), *arguments])


def example(app):
    return BUILD / "apps" / app


def new_folder():
    """Gone at the end."""
    folder = pathlib.Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def app_of_component(name, component, permissions=()):
    """A folder of the app of that name whose module is that component; gone at the end."""
    folder = new_folder()
    shutil.copy(component, folder / f"{name}.wasm")
    (folder / "app.json").write_text(
        json.dumps({"name": name, "version": "1.0.0", "modules": [{"component": f"{name}.wasm"}],
                    "permissions": list(permissions)}))
    return folder


def wait_for(holds, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            sys.exit(f"waited {seconds} s for {what}")
        time.sleep(0.001)


def milliseconds(text):
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
