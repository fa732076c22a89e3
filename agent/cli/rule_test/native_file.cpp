#include "cli/rule_test/native_file.h"

#include <fmt/format.h>

#include "config/folder.h"

namespace keepwatch::cli::rule_test {
namespace {

using config::TableReader;

constexpr Timestamp kStart{1'767'225'600'000}; // 2026-01-01, a Thursday.

class Reader {
public:
    Reader(const config::Document& document, LoadedNativeFile& into)
        : root_(document, into.errors), folder_(document.file()), into_(into.file),
          errors_(into.errors) {}

    void read() {
        root_.required("rules", into_.rules).optional("interval", into_.interval);
        folder_.resolve(into_.rules);
        root_.optional("cluster", into_.cluster).optional("whole_cluster", into_.whole_cluster);
        into_.start = kStart;
        read_start();
        read_params();
        for (auto& table : root_.tables("test")) read_test(table);
        if (into_.tests.empty()) root_.fail("test", "is missing: a file of tests has [[test]]");
        root_.finish();
    }

private:
    void read_start() {
        std::string text;
        root_.optional("start", text);
        if (text.empty()) return;
        const auto parsed = parse_timestamp(text);
        if (parsed)
            into_.start = *parsed;
        else
            root_.fail("start", parsed.error().message);
    }

    // Written as in a configuration, but for the `rules.` in front.
    void read_params() {
        auto packs = root_.table("params");
        if (!packs) return;
        for (const auto& pack : packs->keys()) {
            auto params = packs->table(pack);
            if (!params) continue;
            for (const auto& name : params->keys()) {
                config::Scalar value;
                params->optional(name, value);
                into_.params.push_back({pack, name, value.is_number, value.text, params->at(name)});
            }
        }
    }

    void read_test(TableReader& table) {
        NativeTest test;
        test.where = table.at_table();
        table.required("name", test.name);
        for (auto& series : table.tables("series")) read_series(series, test);
        for (auto& expectation : table.tables("expect")) read_expectation(expectation, test);
        if (test.expectations.empty())
            table.fail("expect", "is missing: a test has [[test.expect]]");
        table.finish();
        into_.tests.push_back(std::move(test));
    }

    void read_series(TableReader& table, NativeTest& test) {
        std::string series;
        std::string values;
        table.required("series", series).required("values", values);
        table.finish();
        if (series.empty() || values.empty()) return;
        auto labels = parse_metric(series);
        if (!labels) return fail(table.at("series"), std::move(labels).error());
        if (labels->name().empty()) return table.fail("series", "needs the name of a metric");
        auto slots = parse_slots(values, Notation::Ours);
        if (!slots) return fail(table.at("values"), std::move(slots).error());
        test.series.push_back({*std::move(labels), *std::move(slots)});
    }

    void fail(const Location& at, Error error) {
        if (errors_.size() >= config::kErrorsMax) return;
        errors_.push_back({error.kind, std::move(error.message), at});
    }

    void read_expectation(TableReader& table, NativeTest& test) {
        NativeExpectation expectation;
        expectation.where = table.at_table();
        if (!table.has("at")) table.fail("at", "is required");
        table.optional_or_zero("at", expectation.at).required("alert", expectation.alert);
        if (table.has("firing")) table.optional("firing", expectation.firing.emplace());
        if (table.has("pending")) table.optional("pending", expectation.pending.emplace());
        if (table.has("summary")) table.optional_or_empty("summary", expectation.summary.emplace());
        if (!expectation.firing && !expectation.pending)
            table.fail("firing", "or pending is required; [] says that there are none");
        const auto firing = expectation.firing ? expectation.firing->size() : 0;
        if (expectation.summary && expectation.summary->size() != firing)
            table.fail("summary", fmt::format("has {} texts for {} alerts that fire",
                                              expectation.summary->size(), firing));
        table.finish();
        test.expectations.push_back(std::move(expectation));
    }

    TableReader root_;
    config::Folder folder_;
    NativeFile& into_;
    std::vector<Error>& errors_;
};

} // namespace

LoadedNativeFile parse_native_file(const config::Document& document) {
    LoadedNativeFile loaded;
    Reader(document, loaded).read();
    return loaded;
}

LoadedNativeFile parse_native_file(std::string_view text, const std::string& name) {
    const auto document = config::Document::parse(text, name);
    if (document) return parse_native_file(*document);
    LoadedNativeFile loaded;
    loaded.errors.push_back(document.error());
    return loaded;
}

} // namespace keepwatch::cli::rule_test
