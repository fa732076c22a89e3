#include "cli/query_view.h"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "model/number.h"
#include "model/utf8.h"
#include "serve/value_json.h"

namespace keepwatch::cli {
namespace {

using Row = std::vector<std::string>;

// How many columns a terminal needs, if none of its characters is wide.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

// A label's value may be anything; what would move the cursor is escaped.
std::string printable(std::string_view text) {
    const bool is_plain = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    return is_plain ? valid_utf8(text) : quoted(text);
}

// Columns as wide as their widest cell; the last one is of numbers and stands to the right.
std::string aligned(const std::vector<Row>& rows) {
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i]));
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string padding(widths[i] - width_of(row[i]), ' ');
            const bool is_last = i + 1 == row.size();
            text += is_last ? padding + row[i] + "\n" : row[i] + padding + "  ";
        }
    }
    return text;
}

std::string table(const promql::VectorValue& vector) {
    if (vector.empty()) return "no data\n";
    std::set<std::string> names;
    for (const auto& element : vector)
        for (const auto& label : element.labels) names.emplace(label.name);
    std::vector<Row> rows(1);
    for (const auto& name : names) rows.front().push_back(printable(name));
    rows.front().emplace_back("value");
    for (const auto& element : vector) {
        Row row;
        for (const auto& name : names) row.push_back(printable(element.labels.get(name)));
        row.push_back(format_number(element.value));
        rows.push_back(std::move(row));
    }
    return aligned(rows);
}

std::string table(const promql::MatrixValue& matrix) {
    if (matrix.empty()) return "no data\n";
    std::string text;
    for (const auto& series : matrix) {
        text += series.labels.to_string() + "\n";
        for (const auto& sample : series.samples)
            text +=
                fmt::format("  {}  {}\n", format_rfc3339(sample.t), format_number(sample.value));
    }
    return text;
}

std::string table(const promql::ScalarValue& scalar) {
    return format_number(scalar.value) + "\n";
}

std::string table(const promql::StringValue& string) {
    return printable(string.text) + "\n";
}

std::string_view line_of(std::string_view text, std::uint32_t number) {
    for (; number > 1 && text.find('\n') != text.npos; --number)
        text.remove_prefix(text.find('\n') + 1);
    return text.substr(0, text.find('\n'));
}

} // namespace

std::string table_of(const promql::Value& value) {
    return std::visit([](const auto& each) { return table(each); }, value);
}

std::string json_of(const promql::Value& value) {
    std::string text;
    serve::append_json(text, value);
    return text + "}";
}

std::string pointed_out(const Error& error, std::string_view expr) {
    auto text = error.to_string() + "\n";
    if (error.at.line == 0 || error.at.column == 0 || !error.at.file.empty()) return text;
    const auto line = line_of(expr, error.at.line);
    const auto before = line.substr(0, error.at.column - 1);
    std::string margin(width_of(before), ' ');
    // A tab is as wide as the terminal makes it, in both lines.
    for (std::size_t at = before.find('\t'); at != before.npos; at = before.find('\t', at + 1))
        margin[width_of(before.substr(0, at))] = '\t';
    return text + fmt::format("  {}\n  {}^\n", valid_utf8(line), margin);
}

} // namespace keepwatch::cli
