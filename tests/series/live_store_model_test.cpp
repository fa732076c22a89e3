#include <bit>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "series/live_store.h"

using namespace keepwatch;
using namespace keepwatch::series;

namespace {

constexpr Duration kRetention = seconds(60);

// What LiveStore must be, in the plainest form: every sample ever, and a rule for what ends.
class Model {
public:
    struct Series {
        std::size_t source = 0;
        std::vector<Sample> updates;
        std::vector<Sample> timed;
    };
    std::map<SeriesId, Series> series;
    std::optional<Timestamp> now;

    // `before` is when the source was updated last, and `left` are those that then left it.
    void finish(std::size_t source, Timestamp t, const std::map<SeriesId, double>& set,
                LiveStore::Update update, std::optional<Timestamp> before = {},
                const std::map<SeriesId, LiveStore::Update>& left = {}) {
        for (auto& [id, one] : series) {
            if (one.source != source) continue;
            const bool closed = one.updates.empty() || is_stale(one.updates.back().value);
            const auto given = set.find(id);
            if (given != set.end()) {
                if (one.updates.empty() || !closed || !is_stale(given->second))
                    one.updates.push_back({t, given->second});
                continue;
            }
            if (closed) continue;
            const auto leaves = left.find(id);
            const auto how = leaves == left.end() ? update : leaves->second;
            const auto last = one.updates.back();
            if (how == LiveStore::Update::Full) one.updates.push_back({t, stale_marker()});
            if (how == LiveStore::Update::Changes && last.t == before)
                one.updates.push_back({t, last.value});
        }
    }
    Timestamp horizon() const { return now ? *now - kRetention : Timestamp{-1'000'000'000}; }
    std::vector<Sample> read(SeriesId id, Timestamp after, Timestamp until) const {
        std::map<std::int64_t, double> merged;
        const auto add = [&](const std::vector<Sample>& samples) {
            for (const auto& [t, value] : samples)
                if (t > std::max(after, horizon()) && t <= until) merged[t.ms] = value;
        };
        add(series.at(id).timed);
        add(series.at(id).updates);
        std::vector<Sample> result;
        for (const auto& [ms, value] : merged) result.push_back({{ms}, value});
        return result;
    }
};

std::string text(const std::vector<Sample>& samples) {
    std::string out;
    for (const auto& [t, value] : samples)
        out +=
            std::to_string(t.ms) + ":" + std::to_string(std::bit_cast<std::uint64_t>(value)) + " ";
    return out;
}

class Play {
public:
    explicit Play(unsigned seed) : random_(seed) {
        for (int i = 0; i < 3; ++i) sources_.push_back(store_.add_source());
        lasts_.resize(3);
    }

    void step() {
        switch (below(20)) {
        case 0:
            return shift();
        case 1:
            return advance();
        case 2:
            return mark_stale();
        default:
            return update();
        }
    }

    void check() {
        // Only what has no sample left may be removed.
        std::erase_if(model_.series, [&](const auto& entry) {
            if (!store_.labels(entry.first).empty()) return false;
            REQUIRE(model_.read(entry.first, {-1'000'000'000}, {1'000'000'000'000}).empty());
            return true;
        });
        const Timestamp after = clock_ - milliseconds(below(80'000));
        const Timestamp until = after + milliseconds(below(90'000) - 1'000);
        std::vector<SeriesId> selected;
        for (const auto& [id, one] : model_.series) {
            const auto wanted = model_.read(id, after, until);
            std::vector<Sample> got;
            store_.read(id, after, until, got);
            REQUIRE(text(got) == text(wanted));
            const auto latest = store_.latest(id, after, until);
            REQUIRE(latest.has_value() == !wanted.empty());
            if (latest) REQUIRE(text({*latest}) == text({wanted.back()}));
            if (!wanted.empty()) selected.push_back(id);
        }
        REQUIRE(store_.select({}, after, until) == selected);
    }

    // After enough updates that name nothing, nothing is left.
    void drain() {
        for (int i = 0; i < 40; ++i) {
            clock_ = clock_ + seconds(10);
            for (const auto source : sources_) store_.mark_all_stale(source, clock_);
        }
        const auto stats = store_.stats();
        CHECK(stats.series == 0);
        CHECK(store_.select({}, {-1'000'000'000}, clock_).empty());
        CHECK(stats.bytes <= 3 * 8 * 7); // The times themselves.
    }

private:
    int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

    double value() {
        switch (below(12)) {
        case 0:
            return std::numeric_limits<double>::quiet_NaN();
        case 1:
            return -0.0;
        case 2:
            return stale_marker();
        default:
            return below(3);
        }
    }

    void update() {
        const auto which = static_cast<std::size_t>(below(3));
        if (below(15) != 0) clock_ = clock_ + milliseconds(below(3'000));
        const bool fits = (!lasts_[which] || clock_ > *lasts_[which]) && clock_ > model_.horizon();
        REQUIRE(store_.begin(sources_[which], clock_) == fits);
        if (!fits) return;
        const auto before = lasts_[which];
        lasts_[which] = clock_;
        model_.now = std::max(model_.now.value_or(clock_), clock_);
        std::map<SeriesId, double> set;
        constexpr LiveStore::Update kinds[] = {LiveStore::Update::Full, LiveStore::Update::Partial,
                                               LiveStore::Update::Changes};
        const auto kind = kinds[below(3)];
        const auto left = kind == LiveStore::Update::Changes
                              ? leave(which)
                              : std::map<SeriesId, LiveStore::Update>();
        const int often = below(4);
        for (int name = 0; name < 12; ++name)
            if (below(4) <= often) set_one(which, name, set);
        model_.finish(which, clock_, set, kind, before, left);
        store_.end(sources_[which], kind);
    }

    std::map<SeriesId, LiveStore::Update> leave(std::size_t which) {
        std::map<SeriesId, LiveStore::Update> left;
        for (const auto& [id, one] : model_.series) {
            if (one.source != which || below(6) != 0) continue;
            left[id] = below(2) == 0 ? LiveStore::Update::Full : LiveStore::Update::Partial;
            store_.leave(id, left[id]);
        }
        return left;
    }

    void set_one(std::size_t which, int name, std::map<SeriesId, double>& set) {
        // The fleeting names make series come and go for good.
        const int fleeting = name < 3 ? static_cast<int>(clock_.ms / 40'000) : 0;
        const Labels labels{{"__name__", "m" + std::to_string(name)},
                            {"source", std::to_string(which)},
                            {"era", std::to_string(fleeting)}};
        const auto id = store_.series(sources_[which], labels).value();
        auto& one = model_.series[id];
        one.source = which;
        if (name == 11) return append(id, one);
        for (int times = below(5) == 0 ? 2 : 1; times > 0; --times) {
            const double v = value();
            set[id] = v;
            REQUIRE(store_.set(id, v));
        }
    }

    void append(SeriesId id, Model::Series& one) {
        const Timestamp t = clock_ - milliseconds(below(5'000) - 1'000);
        const double v = value();
        const bool late = !one.timed.empty() && t <= one.timed.back().t;
        if (!late && t > model_.horizon()) one.timed.push_back({t, v});
        REQUIRE(store_.append(id, t, v));
    }

    void shift() {
        const Duration by = milliseconds(below(400'000) - 200'000);
        store_.shift_time(by);
        clock_ = clock_ + by;
        for (auto& last : lasts_)
            if (last) *last = *last + by;
        if (model_.now) *model_.now = *model_.now + by;
        for (auto& [id, one] : model_.series) {
            for (auto& sample : one.updates) sample.t = sample.t + by;
            for (auto& sample : one.timed) sample.t = sample.t + by;
        }
    }

    void advance() {
        clock_ = clock_ + milliseconds(below(20'000));
        if (model_.now) model_.now = std::max(*model_.now, clock_);
        store_.advance(clock_);
    }

    void mark_stale() {
        const auto which = static_cast<std::size_t>(below(3));
        auto t = clock_;
        if (lasts_[which]) t = std::max(t, *lasts_[which] + milliseconds(1));
        store_.mark_all_stale(sources_[which], clock_);
        if (t <= model_.horizon()) return;
        lasts_[which] = t;
        clock_ = t;
        model_.now = std::max(model_.now.value_or(t), t);
        model_.finish(which, t, {}, LiveStore::Update::Full);
    }

    std::mt19937 random_;
    LiveStore store_{{.retention = kRetention}};
    Model model_;
    std::vector<SourceId> sources_;
    std::vector<std::optional<Timestamp>> lasts_;
    Timestamp clock_{1'000'000};
};

} // namespace

TEST_CASE("series::LiveStore: is what the plainest model is, over random histories") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        Play play(seed);
        for (int step = 0; step < 300; ++step) {
            CAPTURE(step);
            play.step();
            play.check();
        }
        play.drain();
    }
}
