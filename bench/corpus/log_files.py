"""CloudTrail's way of laying logs down in a bucket."""

import time
import zlib

from .ids import ALPHANUMERIC

GZIP = 31  # zlib's wbits for a gzip wrapper; its header then carries no time and no name.


def write_log_file(root, account_id, region, delivered, records, ids, level=6):
    """Writes {"Records":[...]} where CloudTrail would; returns the number of bytes written.

    `delivered` (seconds since 1970) names the folder and the file; `records` are JSON texts.
    """
    at = time.gmtime(delivered)
    stamp = time.strftime("%Y%m%dT%H%MZ", at)
    name = f"{account_id}_CloudTrail_{region}_{stamp}_{ids.text(16, ALPHANUMERIC)}.json.gz"
    folder = root / "AWSLogs" / account_id / "CloudTrail" / region / time.strftime("%Y/%m/%d", at)
    folder.mkdir(parents=True, exist_ok=True)
    packer = zlib.compressobj(level, zlib.DEFLATED, GZIP)
    packed = packer.compress(('{"Records":[' + ",".join(records) + "]}").encode()) + packer.flush()
    (folder / name).write_bytes(packed)
    return len(packed)
