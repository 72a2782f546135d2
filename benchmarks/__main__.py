"""python -m benchmarks [approval|over_http|inbox|timers|long_cases|verify ...]     all of them without a name"""

import sys

from benchmarks import approval, inbox, long_cases, over_http, timers, verify

ALL = {
    "approval": approval.run,
    "over_http": over_http.run,
    "inbox": inbox.run,
    "timers": timers.run,
    "long_cases": long_cases.run,
    "verify": verify.run,
}

for name in sys.argv[1:] or ALL:
    ALL[name]()
