#pragma once

#include <string>
#include <string_view>

#include "model/labels.h"

namespace keepwatch::collect {

// Writes a page in the text format 0.0.4, as an exporter would.
class PageWriter {
public:
    enum class Type { Counter, Gauge };

    // Begins a metric; its samples follow.
    void metric(std::string_view name, Type type, std::string_view help);
    void sample(double value) { sample(std::initializer_list<LabelView>{}, value); }
    void sample(std::initializer_list<LabelView> labels, double value);
    void single(std::string_view name, Type type, std::string_view help, double value) {
        metric(name, type, help);
        sample(value);
    }

    std::string_view page() const { return page_; }
    void clear() { page_.clear(); }

private:
    std::string page_;
    std::string name_;
};

} // namespace keepwatch::collect
