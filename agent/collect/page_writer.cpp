#include "collect/page_writer.h"

#include <iterator>

#include <fmt/format.h>

#include "exposition/label_text.h"
#include "model/number.h"
#include "model/utf8.h"

namespace keepwatch::collect {
void PageWriter::metric(std::string_view name, Type type, std::string_view help) {
    name_ = name;
    fmt::format_to(std::back_inserter(page_), "# HELP {} {}\n# TYPE {} {}\n", name, help, name,
                   type == Type::Counter ? "counter" : "gauge");
}

void PageWriter::sample(std::initializer_list<LabelView> labels, double value) {
    page_ += name_;
    char before = '{';
    for (const auto& [label, text] : labels) {
        fmt::format_to(std::back_inserter(page_), "{}{}=\"{}\"", before, label,
                       exposition::escaped_label_value(valid_utf8(text)));
        before = ',';
    }
    if (labels.size() > 0) page_ += '}';
    fmt::format_to(std::back_inserter(page_), " {}\n", format_number(value));
}

} // namespace keepwatch::collect
