"""python -m benchmarks [approval|inbox|timers ...]     all of them without a name"""

import sys

from benchmarks import approval, inbox, timers

ALL = {"approval": approval.run, "inbox": inbox.run, "timers": timers.run}

for name in sys.argv[1:] or ALL:
    ALL[name]()
