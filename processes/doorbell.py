"""The doorbell: tells the workers that jobs are due. Redis holds hints only; a lost ring is found by the sweep."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from rq.worker_registration import get_keys

from processes import queues, settings

#: before the name of a queue in Redis
PREFIX = "banjie-"
RUN = "processes.worker.run_jobs"
DELIVER = "processes.worker.deliver"
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


def queue(redis: Redis, name: str) -> Queue:
    """A queue of rings; workers must read it with the same serializer: JSON, for nothing from Redis is ever unpickled."""
    return Queue(PREFIX + name, connection=redis, serializer=JSONSerializer)


def ring(jobs: Iterable[tuple[str, str]]) -> int:
    """Tell the workers of their queues that these jobs (kind and id) are due; gives how many were told.

    Never raises: the jobs are in the database.
    """
    return ring_in(queues.sorted_out(jobs))


def ring_in(wanted: Mapping[str, list[str]]) -> int:
    """The same for ids by queue."""
    redis = connection()
    if not wanted or redis is None:
        return 0
    number = sum(map(len, wanted.values()))
    try:
        for name, job_ids in wanted.items():
            queue(redis, name).enqueue_many(_rings(name, job_ids))
    except (RedisError, OSError):
        logger.warning("the doorbell does not answer; the sweep will find %d jobs", number)
        return 0
    return number


def ring_for_messages(message_ids: list[str]) -> int:
    """Tell the workers for outgoing work that these messages to people are due; gives how many were told. Never raises."""
    redis = connection()
    if not message_ids or redis is None:
        return 0
    rings = [
        Queue.prepare_data(DELIVER, (message_ids[start : start + BATCH],), result_ttl=0, failure_ttl=60, timeout=TIME_LIMIT)
        for start in range(0, len(message_ids), BATCH)
    ]
    try:
        queue(redis, queues.OF_KIND["connector"]).enqueue_many(rings)
    except (RedisError, OSError):
        logger.warning("the doorbell does not answer; the sweep will find %d messages", len(message_ids))
        return 0
    return len(message_ids)


def _rings(name: str, job_ids: list[str]) -> list[Any]:
    return [
        Queue.prepare_data(RUN, (job_ids[start : start + BATCH], name), result_ttl=0, failure_ttl=60, timeout=TIME_LIMIT)
        for start in range(0, len(job_ids), BATCH)
    ]


def workers() -> dict[str, int] | None:
    """How many workers serve each queue, by their heartbeats; None when Redis is off or does not answer."""
    redis = connection()
    if redis is None:
        return None
    try:
        return {name: _beating(redis, queue(redis, name)) for name in queues.NAMES}
    except (RedisError, OSError):
        return None


def _beating(redis: Redis, of: Queue) -> int:
    # a worker that was killed leaves its name in the list, but its own key runs out
    return sum(1 for key in get_keys(of) if redis.exists(key))


def answers() -> bool | None:
    """Whether Redis answers; None when the doorbell is off."""
    redis = connection()
    if redis is None:
        return None
    try:
        return bool(redis.ping())
    except (RedisError, OSError):
        return False
