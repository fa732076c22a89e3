"""What a version of Prometheus knows: its functions, aggregators and notations."""

from __future__ import annotations

from dataclasses import dataclass

# Functions by the types of their arguments. The functions that only native histograms have a
# meaning for are absent: Keepwatch takes floats, and refuses those functions by name.
ELEMENT = ("abs ceil floor exp sqrt ln log2 log10 sgn sin cos tan asin acos atan sinh cosh tanh "
           "asinh acosh atanh deg rad").split()
CALENDAR = "minute hour day_of_month day_of_week day_of_year days_in_month month year".split()
RANGE = ("avg_over_time min_over_time max_over_time sum_over_time count_over_time "
         "stddev_over_time stdvar_over_time last_over_time present_over_time changes delta "
         "deriv idelta increase irate rate resets").split()
RANGE_NEW = ("first_over_time mad_over_time ts_of_first_over_time ts_of_last_over_time "
             "ts_of_max_over_time ts_of_min_over_time integral").split()
COUNTER = ("rate", "increase", "irate", "resets")
ANCHORED = ("resets", "changes", "rate", "increase", "delta")
SMOOTHED = ("rate", "increase", "delta")
FOLDING = "sum avg count min max group stddev stdvar".split()
PICKING = ["topk", "bottomk"]
PICKING_NEW = ["limitk", "limit_ratio"]
ARITHMETIC = "+ - * / % ^ atan2".split()
COMPARISON = "== != > < >= <=".split()
SET = "and or unless".split()

# promql-unquoted-utf8-names is left out: with it, Prometheus prints names without their quotes.
FEATURE_FLAGS = ("promql-experimental-functions", "promql-binop-fill-modifiers",
                 "promql-delayed-name-removal")


@dataclass(frozen=True)
class Dialect:
    """What may be asked."""

    name: str
    has_experiments: bool = True  # Experimental functions and `fill`.
    is_three: bool = True  # What 3.0 and its successors brought.
    flags: tuple[str, ...] = ()  # Of Prometheus.

    @property
    def range_functions(self) -> list[str]:
        """Those with a range vector and nothing else."""
        return RANGE + RANGE_NEW if self.has_experiments else RANGE

    @property
    def picking(self) -> list[str]:
        """Aggregators that give some of their input."""
        return PICKING + PICKING_NEW if self.has_experiments else PICKING

    def wanted(self) -> list[str]:
        """All that a long run must have been about: functions, aggregators, operators, modifiers."""
        functions = [*ELEMENT, *CALENDAR, *self.range_functions, "absent", "absent_over_time",
                     "clamp", "clamp_max", "clamp_min", "histogram_quantile", "label_join",
                     "label_replace", "pi", "predict_linear", "quantile_over_time", "round",
                     "scalar", "sort", "sort_desc", "time", "timestamp", "vector"]
        modifiers = ["matcher =", "matcher !=", "matcher =~", "matcher !~", "offset", "offset -",
                     "@ number", "@ start()", "@ end()", "subquery", "subquery with the default step",
                     "on", "ignoring", "group_left", "group_right", "unary -"]
        if self.is_three:
            functions += ["histogram_fraction"]
            modifiers += ["anchored", "smoothed", "duration expression"]
        if self.has_experiments:
            functions += ["double_exponential_smoothing", "histogram_quantiles", "info",
                          "sort_by_label", "sort_by_label_desc", "start", "end", "step", "range",
                          "min_of", "max_of", "start_timestamp"]
            modifiers += ["fill", "fill_left", "fill_right"]
        aggregators = [*FOLDING, *self.picking, "quantile", "count_values"]
        operators = ARITHMETIC + COMPARISON + SET
        return ([f"function {name}" for name in functions]
                + [f"aggregator {name}" for name in aggregators]
                + [f"operator {name}" for name in operators]
                + [f"{name} bool" for name in COMPARISON] + modifiers)


ALL = Dialect("3.x with all features", flags=FEATURE_FLAGS)
DEFAULT = Dialect("3.x", has_experiments=False)
TWO = Dialect("2.42", has_experiments=False, is_three=False)
