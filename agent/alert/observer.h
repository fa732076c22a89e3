#pragma once

#include <memory>
#include <vector>

#include "alert/rule.h"
#include "alert/state_machine.h"
#include "promql/evaluate.h"
#include "series/source.h"

namespace keepwatch::alert {

// What every rule of an agent is evaluated with.
struct Surroundings {
    const series::SeriesSource* series = nullptr;
    Labels external_labels;
    std::string external_url;
    // After a restart Prometheus's rules too wait for history that is not known.
    bool resumed = false;
    promql::Options options{}; // But for the features, which are the group's.
};

// Makes a rule's observations of the elements of its result: the alerts' labels and annotations.
// Elements come in the same order at each evaluation, and thousands may stay as they are for hours,
// so what was made of one is kept until it changes.
class Observer {
public:
    // The surroundings outlive it.
    Observer(std::shared_ptr<const Rule> rule, promql::Options options, const Surroundings& around);

    // Refuses two elements that come to the same alert, in Prometheus's words.
    Result<std::vector<Observation>> observe(const promql::VectorValue& result, Timestamp at);

    Observation expand(const Labels& source, double value, Timestamp at) const;

private:
    struct Known {
        Labels element;
        Observation made;
    };
    Known* find(const Labels& element, std::size_t& place);
    Known observe(const promql::VectorElement& element, Timestamp at, Known* before) const;

    std::shared_ptr<const Rule> rule_;
    promql::Options options_;
    const Surroundings* around_;
    bool labels_are_fixed_;      // They are the same for an element of any value, at any time.
    bool annotations_are_fixed_; // They are the same for an element of the same value.
    std::vector<Known> known_;   // Of the last evaluation, in its order.
};

} // namespace keepwatch::alert
