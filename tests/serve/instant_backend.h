#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "serve/backend.h"

namespace keepwatch::serve {

// Answers at once, on whatever thread asks, from what a test has put into it.
class InstantBackend : public Backend {
public:
    Result<std::shared_ptr<const Snapshot>> snapshot(Deadline) override {
        if (failure) return *failure;
        return std::make_shared<const Snapshot>(view);
    }
    Result<std::vector<series::Excerpt>>
    extract(std::vector<series::Want> wants, series::Extraction::Limits limits, Deadline) override {
        if (failure) return *failure;
        asked.insert(asked.end(), wants.begin(), wants.end());
        series::Extraction extraction(everything, std::move(wants), limits);
        while (!extraction.step(1)) {
        }
        return extraction.take();
    }
    Result<void> push(std::vector<PushedSeries> series, Deadline) override {
        if (failure) return *failure;
        for (auto& [labels, samples] : series) pushed.append(*pushed.series(labels), samples);
        return {};
    }
    std::string not_ready() const override { return reason; }
    bool is_closing() const override { return closing; }
    Timestamp now() const override { return {1'000'000}; }

    // A series with a sample each 10 s from time 0 on.
    void add(const Labels& labels, std::vector<double> values) {
        Timestamp t;
        for (const double value : values) {
            pushed.append(labels, t, value);
            t = t + seconds(10);
        }
    }

    series::LiveStore live;
    series::ArchiveStore pushed;
    series::JoinedSource everything{live, pushed};
    Snapshot view;
    std::string reason;
    bool closing = false;
    std::optional<Error> failure;
    std::vector<series::Want> asked; // By all extractions so far.
};

} // namespace keepwatch::serve
