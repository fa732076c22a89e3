"""The requests, in the order in which Grafana comes to make them, and beside them what clients of
the same API try: filters, limits, other forms of a time, and mistakes.

What Grafana sends is in its sources: pkg/promlib (health check, resource calls) and
packages/grafana-prometheus (editor, variables, annotations, alert list).
"""

from __future__ import annotations

from dataclasses import dataclass

from .pair import Request

ALL = '{__name__!=""}'


@dataclass(frozen=True)
class Moment:
    """Times both servers have data for, in seconds."""

    start: float
    end: float
    file: str  # Of the rules.


def get(path: str, *params: tuple[str, str]) -> Request:
    return Request("GET", "/api/v1" + path, params)


def post(path: str, *params: tuple[str, str]) -> Request:
    return Request("POST", "/api/v1" + path, params)


def save_and_test() -> list[Request]:
    """The health check asks for a time long before any data; a manual setup asks what we are."""
    return [post("/query", ("query", "1+1"), ("time", "4")), get("/status/buildinfo")]


def editor(moment: Moment) -> list[Request]:
    """What fills the query editor: names of metrics, their help, labels and their values."""
    window = (("start", f"{moment.start:.0f}"), ("end", f"{moment.end:.0f}"))
    requests = [
        get("/label/__name__/values", *window),
        get("/label/__name__/values", *window, ("match[]", ALL), ("limit", "40000")),
        get("/metadata"), get("/metadata", ("limit_per_metric", "1")),
        get("/metadata", ("metric", "up")),
        get("/metadata", ("metric", "jvm_memory_used_bytes")),
        post("/labels", *window, ("match[]", ALL)), get("/labels", *window), post("/labels"),
        post("/labels", *window, ("match[]", ALL), ("limit", "40000")),
        post("/labels", *window, ("match[]", "up"), ("match[]", "jvm_threads_current")),
        get("/rules"), post("/format_query", ("query", "sum by(job)(rate(up[5m]))>0")),
        post("/query_exemplars", ("query", "up"), *window),
    ]
    for label in ("job", "instance", "cluster", "area", "pool", "nothing", "U__job", "U___6a_ob"):
        requests.append(get(f"/label/{label}/values", *window, ("match[]", ALL)))
    return requests


def variables(moment: Moment) -> list[Request]:
    """label_values(), metrics(), query_result() and ad-hoc filters."""
    window = (("start", f"{moment.start:.3f}"), ("end", f"{moment.end:.3f}"))
    return [
        get("/label/instance/values", *window, ("match[]", 'up{job="client"}')),
        get("/label/area/values", *window, ("match[]", 'jvm_memory_used_bytes{job=~"zoo.*"}')),
        post("/series", *window, ("match[]", "jvm_memory_used_bytes")),
        get("/series", *window, ("match[]", 'jvm_memory_used_bytes{area="heap"}'),
            ("match[]", "up")),
        get("/series", *window, ("match[]", "up"), ("limit", "40000")),
        get("/series", ("match[]", "up")),
        post("/query", ("query", "count by (job) (up)"), ("time", f"{moment.end:.3f}")),
        post("/query", ("query", "up"), ("time", f"{moment.end:.3f}")),
        get("/query", ("query", 'topk(2, jvm_memory_used_bytes)'), ("time", f"{moment.end:.3f}")),
    ]


PANELS = (
    "up", "sum by (job) (up)", "rate(process_cpu_seconds_total[5s])", "jvm_memory_used_bytes",
    "sum without (pool) (jvm_memory_used_bytes) / 2", "absent(nothing)", "nothing", "vector(1)", "1",
    "up offset 1s", "max_over_time(up[3s:1s])", "histogram_quantile(0.9, up)", "time()",
    'label_replace(up, "x", "$1", "job", "(.).*")', "count_values(\"v\", up)", "-up", "up == bool 1",
    "ALERTS{alertstate=\"firing\"}", "job:up:count", "scrape_samples_scraped > 0",
    "scrape_samples_post_metric_relabeling > 0", "quantile(2, up)", "rate(up[2s])", "avg(rate(up[2s]))",
    "sort_desc(up)", "topk(1, jvm_threads_current)", "group by (job) (up)", "stddev(jvm_memory_used_bytes)",
)


def panels(moment: Moment) -> list[Request]:
    """Dashboards; an annotation is a range query too."""
    asked = []
    for query in PANELS:
        for step in ("1", "0.5", "2s"):
            asked.append(post("/query_range", ("query", query), ("start", f"{moment.start:.3f}"),
                              ("end", f"{moment.end:.3f}"), ("step", step)))
        asked.append(post("/query", ("query", query), ("time", f"{moment.end:.3f}")))
    return asked


def alert_list(moment: Moment) -> list[Request]:
    """Alerts and rules of the data source, with every filter of /rules."""
    filters: list[tuple[tuple[str, str], ...]] = [
        (("type", "alert"),), (("type", "record"),), (("type", "other"),),
        (("rule_name[]", "Never"),), (("rule_name[]", "Never"), ("rule_name[]", "ExporterUp")),
        (("rule_group[]", "states"),), (("rule_group[]", "unknown"),), (("file[]", moment.file),),
        (("file[]", "elsewhere"),), (("exclude_alerts", "true"),), (("exclude_alerts", "maybe"),),
        (("match[]", '{severity="info"}'),), (("match[]", "{"),),
        (("group_limit", "5"),), (("group_limit", "x"),), (("group_limit", "-1"),),
        (("group_next_token", "x"),), (("group_limit", "1"), ("group_next_token", "x")),
        (("rule_name", "Never"),),
    ]
    return [get("/alerts"), *(get("/rules", *chosen) for chosen in filters)]


def about(moment: Moment) -> list[Request]:
    """What the server is and does."""
    paths = ("/status/config", "/status/flags", "/status/runtimeinfo", "/status/tsdb", "/targets")
    requests = [get(path) for path in paths]
    requests += [get("/targets", ("state", state)) for state in ("active", "dropped", "any", "x")]
    requests += [get("/targets", ("scrapePool", pool)) for pool in ("client", "unknown")]
    requests += [get("/scrape_pools"), get("/targets/metadata"),
                 get("/targets/metadata", ("match_target", '{job="client"}'), ("limit", "3")),
                 get("/targets/metadata", ("metric", "jvm_threads_current")),
                 get("/targets/metadata", ("metric", "nothing"))]
    requests += [Request("GET", "/-/healthy"), Request("GET", "/-/ready"),
                 Request("HEAD", "/-/healthy")]
    return requests


def mistakes(moment: Moment) -> list[Request]:
    """Each has its status and its error."""
    now = ("time", f"{moment.end:.3f}")
    window = (("start", f"{moment.start:.3f}"), ("end", f"{moment.end:.3f}"))
    expressions = ("", "up{", "sum(", "rate(up)", "up[5m", "foo bar", "up + on (job) up + on(job) job:up:count{",
                   "{}", '{__name__=~".*"}', "up[3s:1s]", '"text"', "up and 1", "1 and 1", "sum by up",
                   "up @ x", "rate(up[0s])", "up{job=~\"(\"}", "nofunction(up)", "rate(up[5m], 2)",
                   "clamp(up)", "up offset up", 'label_replace(up, "0x", "", "", "")', "-\"a\"", "up * up{",
                   "round(up, up)", "up * on (cluster) up", "up == 1 or", "count_values(1, up)", "topk(up)")
    asked = [post(path, ("query", query), *more)
             for query in expressions
             for path, more in (("/query", (now,)), ("/query_range", (*window, ("step", "1"))),
                                ("/format_query", ()), ("/parse_query", ()))]
    asked += [post("/query"), post("/query", ("query", "up"), ("time", "x")),
              post("/query", ("query", "up"), now, ("timeout", "x")),
              post("/query", ("query", "up"), now, ("timeout", "10s")),
              post("/query", ("query", "up"), now, ("lookback_delta", "x")),
              post("/query", ("query", "up"), now, ("lookback_delta", "1m")),
              post("/query", ("query", "up == 1 and sum(up)"), now, ("limit", "1")),
              post("/query", ("query", "jvm_memory_used_bytes"), now, ("limit", "100")),
              post("/query", ("query", "up"), now, ("limit", "-1")),
              post("/query", ("query", "up"), ("time", "2026-01-02T03:04:05Z")),
              post("/query", ("query", "up"), ("time", "-62135596800")),
              post("/query", ("query", "up"), ("time", "1e30")),
              post("/query_range", ("query", "up")),
              post("/query_range", ("query", "up"), *window),
              post("/query_range", ("query", "up"), *window, ("step", "0")),
              post("/query_range", ("query", "up"), *window, ("step", "-1")),
              post("/query_range", ("query", "up"), *window, ("step", "x")),
              post("/query_range", ("query", "up"), *window, ("step", "0.0001")),
              post("/query_range", ("query", "up"), *window, ("step", "1"), ("limit", "1")),
              post("/query_range", ("query", "up"), window[0], ("end", "1"), ("step", "1")),
              post("/query_range", ("query", "up"), ("start", "0"), window[1], ("step", "1")),
              get("/label/0bad/values"), get("/label/a-b/values"), get("/label/job/values", ("match[]", "{")),
              get("/label/job/values", ("start", "x")), get("/label/job/values", ("limit", "x")),
              get("/label/job/values", ("limit", "1")), get("/labels", ("limit", "1")),
              get("/labels", ("match[]", "{}")), get("/labels", ("end", "x")),
              get("/labels", ("start", "20"), ("end", "10")),
              get("/series"), get("/series", ("match[]", "{")), get("/series", ("match[]", "{}")),
              get("/series", ("match[]", "up"), ("limit", "2")),
              get("/series", ("match[]", "up"), ("start", "20"), ("end", "10")),
              get("/metadata", ("limit", "x")), get("/nothing"), get("/query_exemplars"),
              get("/query_exemplars", ("query", "up")),
              post("/query_exemplars", ("query", "up{"), *window), post("/rules"), post("/metadata"),
              Request("DELETE", "/api/v1/query"), Request("PUT", "/api/v1/labels"),
              Request("OPTIONS", "/api/v1/query"), Request("GET", "/nothing"),
              Request("GET", "/federate"),
              Request("GET", "/federate", (("match[]", "{"),))]
    return asked


def all_requests(moment: Moment, old: bool) -> dict[str, list[Request]]:
    """Everything, by what it is for. What Prometheus 2, which is `old`, answers in other words, or
    not at all, is left out."""
    requests = {"save and test": save_and_test(), "editor": editor(moment),
                "variables": variables(moment), "panels": panels(moment)}
    if not old:
        requests |= {"alert list": alert_list(moment), "about the server": about(moment),
                     "mistakes": mistakes(moment)}
    return requests
