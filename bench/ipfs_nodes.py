"""Nodes of IPFS on loopback that know nobody: engines, and kubo, which scripts/kubo builds.

Their homes stay until the end: where many files have just been deleted, ext4 makes new ones slowly."""
import atexit
import contextlib
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from servers import BUILD, ROOT, Server, new_folder, wait_for

LISTEN = "/ip4/127.0.0.1/tcp/0"


class Hermes:
    """An engine with a home of its own, and a node."""

    name = "hermes"

    def __init__(self, *apps):
        self.home = new_folder()
        (self.home / "none").mkdir()
        config = self.home / "hermes.toml"
        config.write_text("[p2p]\none_host = true\n")
        self.server = Server("hermes", [
            "env", "HERMES_NO_P2P=0", BUILD / "hermes", "run", "--port", "PORT", "--home", self.home, "--config", config,
            "--p2p-listen", LISTEN, "--p2p-bootstrap", "", *(apps or ("--apps", self.home / "none"))])
        wait_for(lambda: self.address() is not None, "the node of an engine")

    def ipfs(self, *arguments):
        return checked([BUILD / "hermes", "ipfs", *arguments, "--home", self.home])

    def address(self):
        listening = re.search(rb"listening at (/ip4/127\.0\.0\.1/tcp/\d+)", self.server.output())
        status = subprocess.run([BUILD / "hermes", "ipfs", "status", "-o", "json", "--home", self.home],
                                capture_output=True, text=True)
        peer = re.search(r'"peer":"(\w+)"', status.stdout)
        return f"{listening[1].decode()}/p2p/{peer[1]}" if listening and peer else None

    def connect(self, other):
        self.ipfs("connect", other.address())

    def add(self, path):
        return cid_of(self.ipfs("add", path))

    def fetch(self, cid):
        """All of it is on the disk when it returns."""
        self.ipfs("pin", cid)

    def stop(self):
        self.server.stop()


class Kubo:
    """A repository of kubo, set up as it ships, but for the network."""

    name = "kubo"

    def __init__(self):
        self.home = new_folder()
        self.environment = {**os.environ, "IPFS_PATH": str(self.home), "IPFS_TELEMETRY": "off"}
        self.process = None
        self.ipfs("init", "--profile=test")
        self.ipfs("config", "--json", "Plugins.Plugins.telemetry.Disabled", "true")
        self.ipfs("config", "Routing.Type", "dht")

    def ipfs(self, *arguments):
        return checked([kubo(), *arguments], env=self.environment)

    def start(self, *options):
        self.process = subprocess.Popen([kubo(), "daemon", *options], env=self.environment, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        atexit.register(self.process.kill)
        said = []
        while not said or "Daemon is ready" not in said[-1]:
            said.append(self.process.stdout.readline())
            if not said[-1]:
                sys.exit("kubo does not start:\n" + "".join(said))
        return self

    def api(self):
        """Where its functions are called by HTTP."""
        _, _, host, _, port = (self.home / "api").read_text().strip().split("/")
        return host, int(port)

    def call(self, function, **arguments):
        """By HTTP, so that no program has to start."""
        query = "&".join(f"{name}={value}" for name, value in arguments.items())
        connection = http.client.HTTPConnection(*self.api(), timeout=120)
        connection.request("POST", f"/api/v0/{function}?{query}")
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        if answer.status != 200:
            sys.exit(f"kubo: {function}: {body}")
        return body

    def address(self):
        return next(one for one in json.loads(self.call("id"))["Addresses"] if one.startswith("/ip4/127.0.0.1/tcp/"))

    def connect(self, other):
        self.call("swarm/connect", arg=other.address())

    def add(self, path):
        return cid_of(self.ipfs("add", path))

    def fetch(self, cid):
        self.call("pin/add", arg=cid)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()


def kubo():
    if not hasattr(kubo, "path"):
        kubo.path = checked([ROOT / "scripts" / "kubo"]).splitlines()[-1]
    return kubo.path


def cid_of(added):
    return re.findall(r"added (\w+)", added)[-1]


def checked(command, **options):
    ended = subprocess.run(command, capture_output=True, text=True, **options)
    if ended.returncode != 0:
        sys.exit(f"{pathlib.Path(command[0]).name} {command[1]} failed:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


@contextlib.contextmanager
def random_file(mebibytes):
    """Its path; nobody has seen it before."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "random"
        path.write_bytes(os.urandom(mebibytes << 20))
        yield path


def settle():
    """What was written is on the disk, and is written in nobody's time."""
    os.sync()
