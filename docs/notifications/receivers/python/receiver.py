"""Receives notifications, and keeps each once: pip install standardwebhooks"""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])  # whsec_…, of this endpoint


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))  # as it came: the signature is over these bytes
        try:
            webhook.verify(body, dict(self.headers))  # raises unless it was signed within the last five minutes
        except WebhookVerificationError:
            return self.send_response(401) or self.end_headers()
        file = f"{os.environ['INBOX']}/{self.headers['webhook-id']}.json"
        if not os.path.exists(file):  # the same notification may come again
            part = f"{file}.{uuid4().hex}.part"  # it may even come twice at the same time
            with open(part, "wb") as whole:
                whole.write(body)
            os.replace(part, file)  # whole, or not at all; your own code works through the folder
        self.send_response(204)  # anything but 2xx, or no answer: it is sent again
        self.end_headers()


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).serve_forever()
