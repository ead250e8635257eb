"""The questions of bench_mirror.py, as a query and as the peer's SQL."""

from dataclasses import dataclass

PATTERN = "from .*(agent|admin)"


@dataclass(frozen=True)
class Task:
    """One question, asked of both."""

    name: str
    query: str
    flat: str


MONTH = "created_at >= '2025-07-01T00:00:00Z' AND created_at < '2025-08-01T00:00:00Z'"
TASKS = (
    Task(
        "action and month",
        "action = login and created_at in 2025-07",
        f"SELECT * FROM log WHERE action = 'login' AND {MONTH} "
        "ORDER BY created_at DESC",
    ),
    Task(
        "the same, counted",
        "action = login and created_at in 2025-07 | count",
        f"SELECT count(*) FROM log WHERE action = 'login' AND {MONTH}",
    ),
    Task(
        "newest 50 of an action",
        "action = exported limit 50",
        "SELECT * FROM log WHERE action = 'exported' ORDER BY created_at DESC LIMIT 50",
    ),
    Task(
        "count by actor and day",
        "| count by actor_id, date(created_at)",
        "SELECT actor_id, substr(created_at, 1, 10), count(*) FROM log "
        "GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    Task(
        "count by name and day",
        "| count by actor_name, date(created_at)",
        "SELECT actor_name, substr(created_at, 1, 10), count(*) FROM log "
        "GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    Task(
        "count by three keys",
        "| count by actor_name, action, source_type",
        "SELECT actor_name, action, source_type, count(*) FROM log "
        "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    ),
    Task(
        "top 10 addresses of an action",
        "action = login | top 10 ip_address",
        "SELECT ip_address, count(*) FROM log WHERE action = 'login' "
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10",
    ),
    Task(
        "regular expression",
        f"change_description ~* '{PATTERN}' | count",
        "SELECT count(*) FROM log WHERE found(change_description)",
    ),
    Task(
        "the same, a rarer text",
        "change_description ~* 'from .*agent' | count",
        "SELECT count(*) FROM log WHERE found(change_description)",
    ),
    Task(
        "text of the newest 20",
        "change_description contains 'role' limit 20",
        "SELECT * FROM log WHERE change_description LIKE '%role%' "
        "ORDER BY created_at DESC LIMIT 20",
    ),
    Task(
        "one actor",
        "actor_id = 364997226279 limit 100",
        "SELECT * FROM log WHERE actor_id = 364997226279 "
        "ORDER BY created_at DESC LIMIT 100",
    ),
)
