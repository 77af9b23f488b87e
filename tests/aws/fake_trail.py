"""CloudTrail's LookupEvents on loopback, for as many regions as are asked for."""

import collections
import contextlib
import http.server
import json
import threading
import time


class FakeTrail:
    """Each region's events, newest first, in pages of two with an empty one behind each; each third
    call to a region is throttled."""

    def __init__(self, records_of):
        self.now = int(time.time())
        self.records_of = records_of  # From a region to (age in seconds, record), newest first.
        self.calls = collections.Counter()
        self.bodies = []
        self.lock = threading.Lock()

    def answer(self, region, body):
        with self.lock:
            self.calls[region] += 1
            self.bodies.append((region, body))
            if self.calls[region] % 3 == 0:
                return 400, {"__type": "ThrottlingException", "message": "Rate exceeded"}
        shown = [
            {
                "EventId": record["eventID"],
                "EventTime": self.now - age,
                "EventName": record["eventName"],
                "CloudTrailEvent": json.dumps(record),
            }
            for age, record in self.records_of(region)
            if body["StartTime"] <= self.now - age <= body["EndTime"]
        ]
        page = int(body.get("NextToken", "0"))
        more = {"NextToken": str(page + 1)} if page + 2 <= len(shown) else {}
        return 200, {"Events": [] if page % 2 else shown[page : page + 2], **more}

    @contextlib.contextmanager
    def serving(self):
        """Its URL, until the block ends."""
        trail = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_POST(self):
                target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
                assert self.headers["X-Amz-Target"] == target
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                region = self.headers["Authorization"].split("/")[2]
                status, answer = trail.answer(region, body)
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
