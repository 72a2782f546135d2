"""The doorbell: tells the workers that jobs are due. Redis holds hints only; a lost ring is found by the sweep."""

import logging
from collections.abc import Iterable

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from processes import settings

QUEUE = "jobs"
RUN = "processes.worker.run_jobs"
#: jobs of one ring: few enough that workers share them, many enough that a ring costs little
BATCH = 20
#: seconds that a worker may take for one ring
TIME_LIMIT = 300
#: seconds that a ring may take before it is given up
PATIENCE = 0.5

logger = logging.getLogger(__name__)
_connections: dict[str, Redis] = {}


def connection() -> Redis | None:
    """The connection to Redis, or None when the doorbell is off; nothing is sent yet."""
    url = settings.current().redis.url
    if url in ("off", "embedded"):
        # `banjie up` replaces "embedded" by the address of the Valkey that it started.
        return None
    if url not in _connections:
        # One retry, for a connection that a restarted server has closed; waiting for a dead one would hold up whoever rings.
        retry = Retry(NoBackoff(), 1)
        _connections[url] = Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=retry)
    return _connections[url]


def queue(redis: Redis) -> Queue:
    """The queue of rings; workers must read it with the same serializer: JSON, for nothing from Redis is ever unpickled."""
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


def ring(job_ids: Iterable[str]) -> int:
    """Tell the workers that these jobs are due; gives how many were told. Never raises: the jobs are in the database."""
    wanted, redis = list(job_ids), connection()
    if not wanted or redis is None:
        return 0
    rings = [
        Queue.prepare_data(RUN, (wanted[start : start + BATCH],), result_ttl=0, failure_ttl=60, timeout=TIME_LIMIT)
        for start in range(0, len(wanted), BATCH)
    ]
    try:
        queue(redis).enqueue_many(rings)
    except (RedisError, OSError):
        logger.warning("the doorbell does not answer; the sweep will find %d jobs", len(wanted))
        return 0
    return len(wanted)


def answers() -> bool | None:
    """Whether Redis answers; None when the doorbell is off."""
    redis = connection()
    if redis is None:
        return None
    try:
        return bool(redis.ping())
    except (RedisError, OSError):
        return False
