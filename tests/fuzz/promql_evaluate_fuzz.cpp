#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "promql/evaluate.h"
#include "promql/parse.h"
#include "series/archive_store.h"

// Any text that is PromQL, evaluated over a small archive under tight limits, at one moment and
// over a range. A rule, which is asked again and again, must say what a single query says.
using namespace keepwatch;

namespace {

constexpr std::int64_t kSamples = 40;
constexpr std::uint64_t kInterruptionsMax = 2'000; // Then a query is told to end.

void require(bool holds) {
    if (!holds) std::abort();
}

series::ArchiveStore filled() {
    series::ArchiveStore store;
    const auto write = [&store](const Labels& labels, auto value) {
        for (std::int64_t i = 0; i < kSamples; ++i)
            require(store.append(labels, Timestamp{} + seconds(15) * i, value(i)));
    };
    for (const auto* instance : {"a", "b"}) {
        for (const auto* job : {"x", "y"}) {
            write(Labels{{"__name__", "n_total"}, {"instance", instance}, {"job", job}},
                  [](std::int64_t i) { return static_cast<double>(i % 17); });
            write(Labels{{"__name__", "g"}, {"instance", instance}, {"job", job}},
                  [](std::int64_t i) { return std::sin(static_cast<double>(i)); });
        }
        write(Labels{{"__name__", "target_info"}, {"instance", instance}, {"job", "x"}, {"v", "1"}},
              [](std::int64_t i) { return i % 9 == 8 ? stale_marker() : 1; });
        for (const auto* le : {"0.1", "1", "+Inf", "odd"})
            write(Labels{{"__name__", "h_bucket"}, {"instance", instance}, {"le", le}},
                  [](std::int64_t i) { return static_cast<double>(i * i); });
    }
    for (const auto value : {std::nan(""), std::numeric_limits<double>::infinity(), -0.0,
                             std::numeric_limits<double>::max()})
        write(Labels{{"__name__", "odd"}, {"v", std::to_string(value)}},
              [value](std::int64_t) { return value; });
    return store;
}

// The counter is of one query, and must be set back before each.
promql::Options options(std::uint64_t& polls) {
    promql::Options options;
    options.limits.samples_max = 20'000;
    options.limits.steps_max = 200;
    options.interrupted = [&polls]() -> std::optional<Error> {
        if (++polls < kInterruptionsMax) return std::nullopt;
        return Error{ErrorKind::Timeout, "query timed out"};
    };
    return options;
}

// Vectors with their labels and values; of anything else the type.
bool equal(const promql::Value& a, const promql::Value& b) {
    const auto* left = std::get_if<promql::VectorValue>(&a);
    const auto* right = std::get_if<promql::VectorValue>(&b);
    if (left == nullptr || right == nullptr) return a.index() == b.index();
    if (left->size() != right->size()) return false;
    for (std::size_t i = 0; i < left->size(); ++i) {
        const double x = (*left)[i].value;
        const double y = (*right)[i].value;
        if ((*left)[i].labels != (*right)[i].labels) return false;
        if (x != y && !(std::isnan(x) && std::isnan(y))) return false;
    }
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const series::ArchiveStore store = filled();
    const auto parsed = promql::parse({reinterpret_cast<const char*>(data), size});
    if (!parsed) return 0;
    const Timestamp at{seconds(15).ms * kSamples / 2};
    std::uint64_t polls = 0;
    const promql::Evaluator evaluator(store, options(polls));
    const auto once = evaluator.instant(**parsed, at);
    promql::StandingQuery rule(store, *parsed, options(polls));
    for (int i = 0; i < 2; ++i) {
        polls = 0;
        const auto again = rule.at(at);
        require(once.has_value() == again.has_value());
        if (once) require(equal(*once, *again));
    }
    if (promql::unfit_for_range(**parsed)) return 0;
    polls = 0;
    (void)evaluator.range(**parsed, at, at + minutes(5), seconds(30));
    return 0;
}
