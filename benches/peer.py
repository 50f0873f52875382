#!/usr/bin/env python3
"""The `conversations` report as a tuned DuckDB query: peer.py FILE --sessions id|inactivity.

It computes the definitions of docs/metrics.md over a log of the benchmark's generator, in the shape of report.json
(`metrics`, `tables`, `heatmaps`), so that `benches/run` can hold every number against dialogram's.

How it is tuned: one pass over the file, only the columns needed, with explicit types; each event becomes one integer
(instant, agent, kind) and each conversation one list of them, which is cheaper here than a dozen filtered aggregates
or any window function; only conversations that reach into the two windows go on; what needs the order of events in
full (`request_step`, `split_step`) is a fold over the lists of the few conversations that need it; zone arithmetic
is done once for each quarter of an hour, not for each row.

What it relies on, true of the generator's logs and not of all logs: only the kinds of `KIND`, with actors customer,
bot and agent; no two events at one instant in a conversation, nor for one customer and channel; no repeats; customer
and channel stand in every row; agents are called `ag_` and a number; a close by an agent names the department; by
conversation id there is one department a conversation, and nobody holds it while a request is undecided; the
previous window lies inside the log.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

try:
    import duckdb
except ImportError:
    sys.exit("benches/peer.py needs DuckDB for Python:  python3 -m pip install 'duckdb>=2'")

Json = dict[str, Any]
Row = tuple[Any, ...]

COLUMNS = {
    "conversation_id": "VARCHAR",
    "ts": "TIMESTAMP",
    "event": "VARCHAR",
    "actor": "VARCHAR",
    "customer_id": "VARCHAR",
    "agent_id": "VARCHAR",
    "agent_name": "VARCHAR",
    "channel": "VARCHAR",
    "department": "VARCHAR",
    "queue": "VARCHAR",
    "text": "VARCHAR",
}
NEEDED = {
    "id": ["conversation_id", "ts", "event", "actor", "customer_id", "channel", "department"],
    "inactivity": ["ts", "event", "actor", "customer_id", "agent_id", "channel", "department"],
}

# An event is one BIGINT: 41 bits of milliseconds, 16 of agent, 4 of kind. It sorts by instant.
KIND = """case event
    when 'message' then case actor when 'customer' then 1 when 'bot' then 2 else 3 end
    when 'started' then 0
    when 'closed' then case actor when 'agent' then 10 else 11 end
    when 'assigned' then 9
    when 'transfer_requested' then 4
    when 'transfer_succeeded' then 5
    when 'transfer_cancelled' then 6
    when 'transfer_disabled' then 7
    when 'transfer_incomplete' then 8
    when 'reopened' then 12
end"""
AGENT = {"id": "0", "inactivity": "coalesce(substr(agent_id, 4)::bigint, 0)"}

MACROS = """
create temp macro instant(e) as e >> 20;
create temp macro agent(e) as (e >> 4) & 65535;
create temp macro kind(e) as e & 15;
create temp macro is_close(e) as kind(e) in (10, 11);

-- What ends a silence of ten minutes and more, a customer's message or a start, begins a new conversation, unless a
-- person is in charge. Phases: 0 none, 1 bot, 2 waiting, 3 human, 4 closed. One step of the fold over the events of a
-- customer and channel: `s` is the state, `n` the next event.
create temp macro splits(s, n) as kind(n.e) <= 1 and (s.phase = 4 or instant(n.e) - instant(s.e) >=
    case when s.phase in (2, 3) or (s.phase = 0 and s.due and not s.bot) then 86400000 else 600000 end);
create temp macro split_step(s, n) as {
    e: n.e,
    i: n.i,
    phase: case
        when kind(n.e) <= 1 then case when splits(s, n) then 0 else s.phase end
        when kind(n.e) = 2 then case when s.phase = 0 then 1 else s.phase end
        when kind(n.e) = 3 then case when s.phase = 4 then 4 else 3 end
        when kind(n.e) in (4, 12) then case when s.phase <> 4 then s.phase when s.held then 2 else 0 end
        when kind(n.e) = 5 then 2
        when kind(n.e) = 6 then case when s.phase = 2 then 0 else s.phase end
        when kind(n.e) = 9 then 3
        when kind(n.e) >= 10 then 4
        else s.phase end,
    bot: kind(n.e) = 2 or (s.bot and not splits(s, n)),
    held: kind(n.e) = 9 or (kind(n.e) = 3 and s.phase <> 4) or (s.held and not splits(s, n)),
    due: kind(n.e) = 1 or (s.due and not splits(s, n) and not is_close(n.e) and not (kind(n.e) = 6 and s.phase = 2)),
    starts: case when splits(s, n) then list_append(s.starts, n.i) else s.starts end};
create temp macro split_state(x, i) as
    {e: x, i: i, phase: 0, bot: false, held: false, due: false, starts: []::bigint[]};
create temp macro starts_in_order(events) as list_reduce(
    list_transform(events, lambda x, i: split_state(x, i)),
    lambda s, n: split_step(s, n),
    {e: events[1], i: 1::bigint, phase: 0, bot: false, held: false, due: false, starts: [1]::bigint[]}).starts;

-- Requests and their outcomes, where they are not one request and the event after it. `holder` 0 is nobody, `open`
-- is when the undecided request was made, else 0.
create temp macro phase_now(s, n) as case
    when s.phase = 4 and kind(n.e) in (1, 4, 5, 9, 12) then case when s.held then 2 else 0 end else s.phase end;
create temp macro takes(s, n) as
    (kind(n.e) = 9 or (kind(n.e) = 3 and s.phase <> 4)) and (agent(n.e) <> s.holder or s.holder = 0);
create temp macro decision(s, n) as case
    when kind(n.e) in (5, 6, 7, 8) then kind(n.e)
    when takes(s, n) then 5
    when kind(n.e) in (4, 10, 11) then 8 end;
create temp macro is_implied(s, n) as
    (kind(n.e) = 5 and phase_now(s, n) not in (2, 3)) or (kind(n.e) in (6, 7, 8) and s.phase in (0, 1));
create temp macro request_step(s, n) as {
    e: n.e,
    phase: case
        when kind(n.e) in (0, 1, 4, 12) then phase_now(s, n)
        when kind(n.e) = 2 then case when s.phase = 0 then 1 else s.phase end
        when kind(n.e) = 3 then case when s.phase = 4 then 4 else 3 end
        when kind(n.e) = 5 then 2
        when kind(n.e) = 6 then case when s.phase = 2 then 0 else s.phase end
        when kind(n.e) = 9 then 3
        when kind(n.e) >= 10 then 4
        else s.phase end,
    held: s.held or takes(s, n),
    holder: case when takes(s, n) then agent(n.e) when kind(n.e) in (5, 10, 11) then 0 else s.holder end,
    open: case when kind(n.e) = 4 then instant(n.e) when decision(s, n) is not null then 0 else s.open end,
    made: case
        when s.open > 0 and decision(s, n) is not null
        then list_append(s.made, {asked: s.open, decided: instant(n.e), outcome: decision(s, n)})
        when s.open = 0 and is_implied(s, n)
        then list_append(s.made, {asked: instant(n.e), decided: instant(n.e), outcome: kind(n.e)})
        else s.made end};
create temp macro request_state(x) as {
    e: x, phase: 0, held: false, holder: 0::bigint, open: 0::bigint,
    made: []::struct(asked bigint, decided bigint, outcome bigint)[]};
create temp macro fold_requests(events) as list_reduce(
    list_transform(events, lambda x: request_state(x)), lambda s, n: request_step(s, n), request_state(0::bigint));
"""

LISTS_BY_ID = """
create temp table lists as
select any_value(customer_id) customer, any_value(channel) channel, any_value(department) department,
    max(e) last_e, list(e) events
from ({rows}) group by conversation_id
"""

LISTS_BY_CUSTOMER = """
create temp table lists as
select customer_id customer, channel, max(e) last_e, list(e) events,
    list({{e: e, department: department}}) filter (kind(e) = 10) closes
from ({rows}) group by customer_id, channel
"""

CONVERSATIONS_BY_ID = """
create temp table conversations as
select customer, channel, department, last_e, list_sort(events) events
from lists where instant(last_e) >= {before}
"""

# A customer's message or a start that follows a close, or a day's silence, begins a conversation in any state:
# `sure`. Between those are blocks; one with a shorter silence, or with something else after a close, is folded.
CONVERSATIONS_BY_INACTIVITY = """
create temp table conversations as
with sorted as (
    select customer, channel, closes, list_sort(events) events from lists where instant(last_e) >= {before}),
breaks as (
    select *, list_filter(range(2, len(events) + 1), lambda i: is_close(events[i - 1])
        or (kind(events[i]) <= 1 and instant(events[i]) - instant(events[i - 1]) >= 600000)) breaks
    from sorted),
judged as (
    select *, list_filter(breaks, lambda i: kind(events[i]) <= 1
        and (is_close(events[i - 1]) or instant(events[i]) - instant(events[i - 1]) >= 86400000)) sure
    from breaks),
bounds as (
    select *, unnest(list_prepend(1::bigint, sure)) a, unnest(list_append(sure, len(events) + 1)) - 1 b
    from judged),
blocks as (
    select customer, channel, closes, events[a:b] events,
        len(sure) < len(breaks) and len(list_filter(breaks, lambda i: i > a and i <= b)) > 0 is_open
    from bounds where instant(events[b]) >= {before}),
begun as (
    select *, case when is_open then starts_in_order(events) else [1] end starts from blocks),
pieces as (
    select *, unnest(starts) a, unnest(list_append(starts[2:], len(events) + 1)) - 1 b from begun)
select customer, channel, closes, events[b] last_e, events[a:b] events
from pieces where instant(events[b]) >= {before}
"""

# A conversation's events by kind: `c` customer's, `b` bot's, `a` agents' messages, `s` the rest but starts.
PARTS = """
create temp table parts as
select rowid id, *,
    list_filter(events, lambda e: kind(e) = 1) c,
    list_filter(events, lambda e: kind(e) = 2) b,
    list_filter(events, lambda e: kind(e) = 3) a,
    list_filter(events, lambda e: kind(e) >= 4) s
from conversations
"""

# `plain`: at most one request, before any agent or close, decided by the next event. `turns`: the events after
# the first close include more than messages of the bot or an agent.
FACTS = """
create temp table facts as
with firsts as (
    select id, customer, channel, {department}, events, last_e, c, b, a, s,
        case when a[1] is null or b[1] < a[1] then b[1] end welcome,
        len(list_filter(s, lambda e: kind(e) = 4)) asked,
        len(list_filter(s, lambda e: kind(e) between 5 and 8)) told,
        list_filter(s, lambda e: is_close(e))[1] first_close,
        least(list_filter(s, lambda e: kind(e) in (5, 9))[1], a[1]) person
    from parts),
known as (
    select *,
        coalesce(case when welcome is null then len(c) + len(a) > 0
            else greatest(c[-1], a[-1]) > welcome end, false) engaged,
        coalesce(c[-1] > welcome, false) customer_engaged,
        coalesce(greatest(c[-1], s[-1]) > first_close, false) turns,
        asked + told = 0 or coalesce(asked = 1 and kind(s[1]) = 4 and (a[1] is null or a[1] > s[1])
            and (s[2] is null or kind(s[2]) <> 12)
            and (told = 0 or (told = 1 and kind(s[2]) between 5 and 8 and (a[1] is null or a[1] > s[2]))), false) plain
    from firsts),
asked as (
    select *,
        case when not plain then fold_requests(events) end folded,
        case when turns then list_filter(events, lambda e: kind(e) in (1, 4, 5, 9, 10, 11, 12)) end course,
        least(s[2], a[1]) decider
    from known)
select id, customer, channel, department, instant(events[1]) started, instant(last_e) last, engaged, customer_engaged,
    welcome is not null and engaged with_bot,
    case when len(b) > 0 then case when len(a) > 0 then 'assisted' else 'automated' end
        when len(a) > 0 then 'agent' else 'none' end support_type,
    case when welcome is not null and engaged then
        instant(case when person < coalesce(first_close, person + 1) then person
            when first_close < greatest(c[-1], b[-1]) then greatest(
                list_filter(c, lambda e: e < first_close)[-1], list_filter(b, lambda e: e < first_close)[-1])
            else greatest(c[-1], b[-1]) end) - instant(events[1]) end bot_ms,
    case when c[1] < a[1] then instant(a[1]) - instant(c[1]) end response_ms,
    a,
    case when not turns then case when kind(first_close) = 10 then [first_close] else [] end
        else list_filter(course, lambda e, i: kind(e) = 10 and (i = 1 or not is_close(course[i - 1]))) end agent_closes,
    case when turns then list_filter(course, lambda e, i: i > 1 and not is_close(e) and is_close(course[i - 1]))
        else [] end reopenings,
    case
        when plain and asked = 0 then []
        when plain then [{{asked: instant(s[1]), decided: instant(decider), outcome: case
            when decider is null then null when kind(decider) in (3, 5, 9) then 5
            when kind(decider) in (10, 11) then 8 else kind(decider) end}}]
        when folded.open > 0 then list_append(folded.made, {{asked: folded.open, decided: null, outcome: null}})
        else folded.made end requests,
    person is null and len(requests) = 0 contained
from asked
"""

# Quarters of an hour of both windows, with their local day, weekday and hour: no zone's offset is finer.
SLOTS = """
create temp table slots as
with quarters as (
    select t // 900000 slot, t >= {start} is_now, to_timestamp(t / 1000) at time zone '{tz}' local
    from range({before}, {end}, 900000) as q(t))
select slot, is_now, local::date::varchar as day, isodow(local) - 1 weekday, hour(local) as hour from quarters
"""

# Rows with an instant become rows with a slot; the joins with `slots` keep the rows in one of the windows.
ROWS = """
create temp table begun as
select is_now, day, weekday, hour, channel, support_type, customer, engaged, customer_engaged, with_bot,
    contained, bot_ms
from facts join slots on slot = started // 900000;

create temp table asked as
select is_now, day, weekday, hour, channel, coalesce(outcome,
    case when {horizon} - last >= 600000 then 8 else 0 end) outcome
from (select channel, last, unnest(requests, recursive := true) from facts where len(requests) > 0)
join slots on slot = asked // 900000;

create temp table received as
select is_now, day, count(*) n
from (select unnest(requests, recursive := true) from facts where len(requests) > 0)
join slots on slot = decided // 900000
where outcome = 5 group by all;

create temp table answered as
select distinct is_now, day, id
from (select id, unnest(a) e from facts where instant(a[-1]) >= {before}) join slots on slot = instant(e) // 900000;

create temp table closed as
select is_now, day, id, {close_department} department
from (select id, department, unnest(agent_closes) e from facts where instant(agent_closes[-1]) >= {before})
join slots on slot = instant(e) // 900000;

create temp table reopened as
select is_now, id
from (select id, unnest(reopenings) e from facts where instant(reopenings[-1]) >= {before})
join slots on slot = instant(e) // 900000;

create temp table responses as
select is_now, response_ms
from (select instant(a[1]) t, response_ms from facts where response_ms is not null and instant(a[1]) >= {before})
join slots on slot = t // 900000;
"""

DEPARTMENT = {"id": "department", "inactivity": "closes as department"}
CLOSE_DEPARTMENT = {"id": "department", "inactivity": "list_filter(department, lambda c: c.e = e)[1].department"}

COUNTS = {
    "conversations": "select count(*) from begun where {w}",
    "engaged_conversations": "select count(*) from begun where {w} and engaged",
    "engaged_customers": "select count(distinct customer) from begun where {w} and customer_engaged",
    "answered_conversations": "select count(distinct id) from answered where {w}",
    "closed_conversations": "select count(distinct id) from closed where {w}",
    "close_events": "select count(*) from closed where {w}",
    "reopened_conversations": "select count(distinct id) from reopened where {w}",
    "transfers_received": "select coalesce(sum(n), 0)::bigint from received where {w}",
    "transfer_requests": "select count(*) from asked where {w}",
    "transfers_succeeded": "select count(*) from asked where {w} and outcome = 5",
    "transfers_cancelled": "select count(*) from asked where {w} and outcome = 6",
    "transfers_disabled": "select count(*) from asked where {w} and outcome = 7",
    "transfers_incomplete": "select count(*) from asked where {w} and outcome = 8",
    "transfers_pending": "select count(*) from asked where {w} and outcome = 0",
    "with_bot": "select count(*) from begun where {w} and with_bot",
    "contained": "select count(*) from begun where {w} and with_bot and contained",
}
RATES = {
    "engagement_rate": ("engaged_conversations", ["conversations"]),
    "containment_rate": ("contained", ["with_bot"]),
    "transfer_success_rate": ("transfers_succeeded", ["transfer_requests", "transfers_pending"]),
}
DURATIONS = {
    "first_response_time": "select list(response_ms order by response_ms) from responses where {w}",
    "bot_time": "select list(bot_ms order by bot_ms) from begun where {w} and bot_ms is not null",
}
# Nearest rank in whole numbers: the value at rank ceil(p n / 100), from 1.
STATISTICS = """
select list_sum(l)::bigint, l[(len(l) * 50 + 99) // 100], l[(len(l) * 90 + 99) // 100],
    l[(len(l) * 95 + 99) // 100], l[-1], len(l)
from ({values}) as v(l)
"""
STATISTIC_NAMES = ["mean", "p50", "p90", "p95", "max", "n"]

OUTCOME_COLUMNS = """count(*) as transfer_requests, count(*) filter (outcome = 5) as transfers_succeeded,
    count(*) filter (outcome = 6) as transfers_cancelled, count(*) filter (outcome = 7) as transfers_disabled,
    count(*) filter (outcome = 8) as transfers_incomplete, count(*) filter (outcome = 0) as transfers_pending"""
BEGUN_COLUMNS = "count(*) as conversations, count(*) filter (engaged) as engaged_conversations"

# Each table: the queries whose columns are placed side by side, the dimension first.
TABLES = {
    "by_channel": [
        f"select channel, {BEGUN_COLUMNS} from begun where is_now group by 1",
        f"select channel, {OUTCOME_COLUMNS} from asked where is_now group by 1",
    ],
    "by_support_type": [f"select support_type, {BEGUN_COLUMNS} from begun where is_now group by 1"],
    "by_department": [
        "select department, count(distinct id) as closed_conversations from closed where is_now group by 1",
    ],
    "by_day": [
        f"select day, {BEGUN_COLUMNS} from begun where is_now group by 1",
        "select day, count(*) as answered_conversations from answered where is_now group by 1",
        "select day, count(distinct id) as closed_conversations from closed where is_now group by 1",
        "select day, count(*) as transfer_requests from asked where is_now group by 1",
        "select day, sum(n)::bigint as transfers_received from received where is_now group by 1",
    ],
}
HEATMAPS = {
    "engaged_conversations": "select weekday, hour, count(*) from begun where is_now and engaged group by 1, 2",
    "transfer_requests": "select weekday, hour, count(*) from asked where is_now group by 1, 2",
}
HOURS_OBSERVED = "select weekday, hour, count(*) / 4 from slots where is_now group by 1, 2"


def literal(text: str) -> str:
    """The text as it stands inside single quotes in SQL."""
    return text.replace("'", "''")


def source(log: Path, columns: list[str]) -> str:
    """The table function that reads the log; JSON and Parquet read only `columns`, a CSV has them all in its rows."""
    path = literal(str(log))
    if log.suffix == ".parquet":
        return f"read_parquet('{path}')"
    wanted = COLUMNS if log.suffix == ".csv" else {name: COLUMNS[name] for name in columns}
    types = ", ".join(f"{name}: '{kind}'" for name, kind in wanted.items())
    if log.suffix == ".csv":
        return (
            f"read_csv('{path}', header=true, auto_detect=false, delim=',', quote='\"', escape='\"', "
            f"columns={{{types}}})"
        )
    return f"read_json('{path}', format='newline_delimited', columns={{{types}}})"


class Peer:
    """One connection, and the queries one after the other."""

    def __init__(self, log: Path, sessions: str, tz: str, days: int, threads: int) -> None:
        self.log, self.sessions, self.tz, self.days = log, sessions, tz, days
        self.db = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})
        self.db.execute("set enable_progress_bar = false")
        self.db.execute("set TimeZone = 'UTC'")
        self.db.execute(MACROS)

    def rows(self, query: str) -> list[Row]:
        return self.db.execute(query).fetchall()

    def read(self) -> None:
        """The only pass over the file: a list of events for each conversation, or for each customer and channel."""
        columns = NEEDED[self.sessions]
        packed = f"(epoch_ms(ts) << 20) + (({AGENT[self.sessions]}) << 4) + ({KIND})"
        rows = f"select *, {packed} e from (select {', '.join(columns)} from {source(self.log, columns)})"
        by = LISTS_BY_ID if self.sessions == "id" else LISTS_BY_CUSTOMER
        self.db.execute(by.format(rows=rows))

    def window(self) -> dict[str, int]:
        """The local days that end with the log's last event, those before, and the horizon, in milliseconds."""
        day = f"(to_timestamp(max(instant(last_e)) / 1000) at time zone '{literal(self.tz)}')::date"
        start = "epoch_ms((({day} - {back})::timestamp) at time zone '{tz}')"
        bounds = [
            start.format(day=day, back=back, tz=literal(self.tz)) for back in (2 * self.days - 1, self.days - 1, -1)
        ]
        found = self.rows(f"select max(instant(last_e)), {', '.join(bounds)} from lists")[0]
        return dict(zip(["horizon", "before", "start", "end"], found, strict=True))

    def fold(self, window: dict[str, int]) -> None:
        """Conversations to facts, and facts to rows with a local day and hour."""
        by = CONVERSATIONS_BY_ID if self.sessions == "id" else CONVERSATIONS_BY_INACTIVITY
        words = {
            **window,
            "tz": literal(self.tz),
            "department": DEPARTMENT[self.sessions],
            "close_department": CLOSE_DEPARTMENT[self.sessions],
        }
        for query in (by, PARTS, FACTS, SLOTS, ROWS):
            self.db.execute(query.format(**words))

    def report(self) -> Json:
        self.read()
        window = self.window()
        self.fold(window)
        return {
            "sessions": self.sessions,
            "window": window,
            "metrics": self.metrics(),
            "tables": {name: self.table(queries) for name, queries in TABLES.items()},
            "heatmaps": {
                name: {"counts": self.heatmap(query), "hours_observed": self.heatmap(HOURS_OBSERVED)}
                for name, query in HEATMAPS.items()
            },
        }

    def metrics(self) -> Json:
        now, before = self.counts("is_now"), self.counts("not is_now")
        found: Json = {}
        for name in COUNTS.keys() - {"with_bot", "contained"}:
            value, previous = now[name], before[name]
            found[name] = {"value": value, "n": value, "previous": previous, "change": relative(value, previous)}
        for name, (part, whole) in RATES.items():
            value, n = rate(now, part, whole)
            previous, _ = rate(before, part, whole)
            change = None if value is None or previous is None else value - previous
            found[name] = {"value": value, "n": n, "previous": previous, "change": change}
        for name, query in DURATIONS.items():
            value, previous = self.statistics(query, "is_now"), self.statistics(query, "not is_now")
            change = {key: relative(value[key], previous[key]) for key in STATISTIC_NAMES}
            found[name] = {**value, "previous": previous, "change": change}
        return found

    def counts(self, where: str) -> dict[str, int]:
        columns = ", ".join(f"({query.format(w=where)})" for query in COUNTS.values())
        return dict(zip(COUNTS, self.rows(f"select {columns}")[0], strict=True))

    def statistics(self, query: str, where: str) -> Json:
        total, p50, p90, p95, most, n = self.rows(STATISTICS.format(values=query.format(w=where)))[0]
        if not n:
            return {**dict.fromkeys(STATISTIC_NAMES), "n": 0}
        seconds = [total / n / 1000, *(ms / 1000 for ms in (p50, p90, p95, most))]
        return dict(zip(STATISTIC_NAMES, [*seconds, n], strict=True))

    def table(self, queries: list[str]) -> dict[str, dict[str, int]]:
        """Rows by the dimension's value; a column without a row for that value counts nothing there."""
        names: list[str] = []
        found: dict[str, dict[str, int]] = {}
        for query in queries:
            result = self.db.execute(query)
            columns = [column[0] for column in result.description or []][1:]
            names += columns
            for key, *values in result.fetchall():
                found.setdefault(key or "(none)", {}).update(zip(columns, values, strict=True))
        return {key: {name: row.get(name, 0) for name in names} for key, row in found.items()}

    def heatmap(self, query: str) -> list[list[float]]:
        cells = {(weekday, hour): n for weekday, hour, n in self.rows(query)}
        return [[cells.get((weekday, hour), 0) for hour in range(24)] for weekday in range(7)]


def relative(now: float | None, before: float | None) -> float | None:
    """The change of a count or a duration; none where there is nothing to compare with."""
    return (now - before) / before if now is not None and before else None


def rate(counts: dict[str, int], part: str, whole: list[str]) -> tuple[float | None, int]:
    """A share and its denominator: the first of `whole` less the others."""
    n = counts[whole[0]] - sum(counts[name] for name in whole[1:])
    return (counts[part] / n if n else None), n


def main() -> None:
    parser = argparse.ArgumentParser(description="The conversations report over a generated log, by DuckDB, as JSON.")
    parser.add_argument("log", type=Path, help=".jsonl, .csv or .parquet")
    parser.add_argument("--sessions", choices=["id", "inactivity"], default="id")
    parser.add_argument("--tz", default="America/Sao_Paulo")
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("-o", "--output", type=Path, help="instead of standard output")
    args = parser.parse_args()
    report = Peer(args.log, args.sessions, args.tz, args.days, args.threads).report()
    text = json.dumps(report, ensure_ascii=False)
    if args.output:
        args.output.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
