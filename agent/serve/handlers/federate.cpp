#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "exposition/label_text.h"
#include "model/number.h"
#include "model/sample.h"
#include "serve/handlers/selection.h"

namespace keepwatch::serve {
namespace {

constexpr std::string_view kText = "text/plain; version=0.0.4; charset=utf-8; escaping=";
constexpr std::string_view kAnyUtf8 = "allow-utf-8";

// What names may be made of for whoever asks. An older reader stumbles over a name in quotes, so
// only who says that it knows them gets them:
// https://github.com/prometheus/docs/blob/main/docs/instrumenting/escaping_schemes.md
enum class Names { AnyUtf8, Underscores };

Names names_for(const net::IncomingRequest& request) {
    const auto accepted = request.headers.get("Accept");
    const bool any = accepted.find(fmt::format("escaping={}", kAnyUtf8)) != accepted.npos;
    return any ? Names::AnyUtf8 : Names::Underscores;
}

// Each character that a plain name must not have becomes one underscore.
std::string with_underscores(std::string_view name, bool colon_is_plain) {
    std::string plain;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        const bool digit = c >= '0' && c <= '9' && !plain.empty();
        const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80; // A character begun.
        if (continues) continue;
        plain += letter || digit || (c == ':' && colon_is_plain) ? c : '_';
    }
    return plain;
}

struct Newest {
    Labels labels;
    Sample sample;
};

std::string in_quotes(std::string_view name) {
    return fmt::format("\"{}\"", exposition::escaped_label_value(name));
}

// `up{instance="b1"} 1 1700000000000`; a name that is not plain stands in the braces.
void append_line(std::string& page, const Newest& newest) {
    const auto name = newest.labels.name();
    const bool plain = is_plain_metric_name(name);
    std::string braces = plain ? "" : in_quotes(name);
    const auto append = [&](std::string_view label, std::string_view value) {
        if (!braces.empty()) braces += ',';
        braces += is_plain_label_name(label) ? std::string(label) : in_quotes(label);
        braces += '=' + in_quotes(value);
    };
    for (const auto& [label, value] : newest.labels)
        if (label != kNameLabel) append(label, value);
    // Whoever federates must not put its own label in the place of one that we lack.
    if (!newest.labels.has("instance")) append("instance", "");
    page += plain ? std::string(name) : "";
    fmt::format_to(std::back_inserter(page), "{{{}}} {} {}\n", braces,
                   format_number(newest.sample.value), newest.sample.t.ms);
}

Labels with_underscores(const Labels& labels) {
    LabelsBuilder plain;
    for (const auto& [name, value] : labels)
        if (name == kNameLabel)
            plain.set(name, with_underscores(value, true));
        else
            plain.set(with_underscores(name, false), value);
    return plain.build();
}

std::vector<Newest> newest_of(std::vector<series::Excerpt> excerpts, Names names) {
    std::vector<Newest> all;
    for (auto& excerpt : excerpts)
        for (auto& [labels, samples] : excerpt.series)
            if (!labels.name().empty() && !is_stale(samples.back().value))
                all.push_back(
                    {names == Names::AnyUtf8 ? std::move(labels) : with_underscores(labels),
                     samples.back()});
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        if (a.labels.name() != b.labels.name()) return a.labels.name() < b.labels.name();
        return a.labels < b.labels;
    });
    const auto same = [](const auto& a, const auto& b) { return a.labels == b.labels; };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    return all;
}

std::string page_of(const std::vector<Newest>& all) {
    std::string page;
    std::string_view family;
    for (const auto& newest : all) {
        const auto name = newest.labels.name();
        if (name != family)
            fmt::format_to(std::back_inserter(page), "# TYPE {} untyped\n",
                           is_plain_metric_name(name) ? std::string(name) : in_quotes(name));
        family = name;
        append_line(page, newest);
    }
    return page;
}

} // namespace

Handler federate(const Parts& parts) {
    return [&parts](const net::IncomingRequest& request) -> net::Response {
        auto sets = match_parameters(request);
        if (!sets) return {400, "text/plain; charset=utf-8", sets.error().to_string() + "\n"};
        const auto now = parts.backend.now();
        std::vector<series::Want> wants;
        for (auto& matchers : *sets)
            wants.push_back({std::move(matchers), now - parts.limits.lookback, now,
                             series::Want::Part::Newest});
        auto excerpts = parts.backend.extract(std::move(wants), parts.limits.data, soon());
        if (!excerpts) return {503, "text/plain; charset=utf-8", excerpts.error().message + "\n"};
        const auto names = names_for(request);
        return {200, fmt::format("{}{}", kText, names == Names::AnyUtf8 ? kAnyUtf8 : "underscores"),
                page_of(newest_of(*std::move(excerpts), names))};
    };
}

} // namespace keepwatch::serve
