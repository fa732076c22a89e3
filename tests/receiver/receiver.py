#!/usr/bin/env python3
"""A stand-in for PagerDuty, Slack, Alertmanager and any webhook, faithful to their contracts.

    tests/receiver/receiver.py --record seen.jsonl --script '[{"fault": "hang"}, null]'

prints its address and listens until it is ended. It refuses what the real service refuses, and
misbehaves as the script says; see keepwatch_receiver/server.py for the faults. Which service it is
follows from the path: /v2/enqueue, /services/…, /api/chat.…, /api/v2/alerts, else a webhook.
GET /_seen gives what came; POST /_script appends to the script.

With --tls the address is https, and `ca.pem` in that folder has signed its certificate, which is
good, expired, or for another host.
"""

import argparse
import json
import pathlib
import signal
import sys

from keepwatch_receiver.certificates import context
from keepwatch_receiver.server import Receiver


def main() -> int:
    """Listens until a signal comes."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--record", type=pathlib.Path, help="a JSON Lines file of what came")
    arguments.add_argument("--port", type=int, default=0, help="of loopback; 0: a free one")
    arguments.add_argument("--script", default="[]", help="JSON: a list of steps")
    arguments.add_argument("--chaos", type=float, default=0, help="share of requests with a fault")
    arguments.add_argument("--seed", type=int, default=0, help="of the dice of --chaos")
    arguments.add_argument("--tls", type=pathlib.Path, metavar="FOLDER", help="where ca.pem goes")
    arguments.add_argument("--certificate", default="good", choices=("good", "expired", "stranger"))
    options = arguments.parse_args()
    tls = context(options.tls, options.certificate) if options.tls else None
    receiver = Receiver(options.record, options.port, chaos=options.chaos, seed=options.seed,
                        tls=tls)
    receiver.then(*json.loads(options.script))
    print(receiver.url, flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    receiver.close()
    return 0


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    sys.exit(main())
