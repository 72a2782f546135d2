"""What a process measures of its own work, for Prometheus; figures of the whole come from the database (processes/queries/figures.py).

Each process counts for itself; those of one `banjie web` are added up (web/server.py).
"""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry(auto_describe=False)
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

STEP_SECONDS = Histogram("banjie_step_seconds", "Time of a step of a case: engine, log and projections", buckets=QUICK, registry=REGISTRY)
LOCK_WAIT_SECONDS = Histogram("banjie_lock_wait_seconds", "Time until a command held its case", buckets=QUICK, registry=REGISTRY)
INBOX_SECONDS = Histogram("banjie_inbox_seconds", "Time to read a page of an inbox", buckets=QUICK, registry=REGISTRY)
DATABASE_BUSY = Counter("banjie_database_busy", "Requests answered 503 because the database did not answer", registry=REGISTRY)
REFUSED_SIGN_INS = Counter("banjie_refused_sign_ins", "Sign-ins refused", ["reason"], registry=REGISTRY)
