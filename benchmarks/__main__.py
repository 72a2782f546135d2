"""python -m benchmarks [approval|peers|over_http|rework|inbox|search|timers|storage|workers|long_cases|verify ...]     all without a name"""

import sys

from benchmarks import approval, inbox, long_cases, over_http, peers, rework, search, storage, timers, verify, workers

ALL = {
    "approval": approval.run,
    "peers": peers.run,
    "over_http": over_http.run,
    "rework": rework.run,
    "inbox": inbox.run,
    "search": search.run,
    "timers": timers.run,
    "storage": storage.run,
    "workers": workers.run,
    "long_cases": long_cases.run,
    "verify": verify.run,
}

for name in sys.argv[1:] or ALL:
    ALL[name]()
