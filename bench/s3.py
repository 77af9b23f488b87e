"""2,000 log files behind an S3 server on loopback, and the same on disk."""

import contextlib
import gzip
import itertools
import json
import os
import pathlib
import socket
import subprocess
import time

VERSITYGW = pathlib.Path(__file__).resolve().parents[1] / ".cache/bin/versitygw"
OBJECTS = 2000
BUCKET = "logs"
KEY, SECRET, REGION = "AKIDBENCH", "bench-secret-of-versitygw", "eu-central-1"


def make_objects(layout, root):
    """The log files below `layout` as at most OBJECTS larger ones in root/BUCKET, in the same
    folders. Each one's records are those of neighbours: as a busier account would write them."""
    done, bucket = root / "done", root / BUCKET
    if done.exists():
        return bucket
    files = sorted(layout.rglob("*.json.gz"))
    together = -(-len(files) // OBJECTS)
    objects = sum(1 for _ in groups(files, together))
    while objects > OBJECTS:  # Groups end with their folder.
        together += 1
        objects = sum(1 for _ in groups(files, together))
    for group in groups(files, together):
        records = [r for file in group for r in json.loads(gzip.decompress(file.read_bytes()))["Records"]]
        target = bucket / group[0].relative_to(layout)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"Records": records}, separators=(",", ":")).encode()
        target.write_bytes(gzip.compress(text, 4, mtime=0))
    done.write_text(str(objects))
    return bucket


def groups(files, together):
    for _, in_folder in itertools.groupby(files, key=lambda file: file.parent):
        in_folder = list(in_folder)
        for at in range(0, len(in_folder), together):
            yield in_folder[at : at + together]


def count(bucket):
    return int((bucket.parent / "done").read_text())


class Server:
    """versitygw over a folder of buckets; it checks every request's signature, and keeps connections
    as S3 does."""

    def __init__(self, process, port):
        self._process = process
        self.environment = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": REGION,
        }

    def cpu_s(self):
        fields = pathlib.Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(root):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [VERSITYGW, "--port", f"127.0.0.1:{port}", "--region", REGION, "--quiet", "--keep-alive",
         "--disable-acl", "posix", "--nometa", root],
        env={**os.environ, "ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait()
