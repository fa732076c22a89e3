#include "serve/alert_json.h"

#include <array>
#include <charconv>
#include <cmath>

#include "model/number.h"

namespace keepwatch::serve {
namespace {

// Go's FormatFloat(v, 'e', -1, 64), in which the API has the values of alerts: "1.25e+01".
std::string scientific(double value) {
    if (!std::isfinite(value)) return format_number(value);
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                            std::chars_format::scientific);
    return {digits.data(), end}; // The longest double has 24 characters: no error is possible.
}

} // namespace

std::string_view name(alert::State state) {
    switch (state) {
    case alert::State::Firing:
        return "firing";
    case alert::State::Pending:
        return "pending";
    case alert::State::Inactive:
        break;
    }
    return "inactive";
}

json::object to_json(const AlertView& alert) {
    json::object object;
    object["labels"] = to_json(alert.labels);
    object["annotations"] = to_json(alert.annotations);
    object["state"] = name(alert.state);
    object["activeAt"] = format_rfc3339(alert.active_at);
    if (alert.keep_firing_since) {
        object["keepFiringSince"] = format_rfc3339(*alert.keep_firing_since);
    }
    object["value"] = scientific(alert.value);
    return object;
}

json::array to_json(const std::vector<AlertView>& alerts) {
    json::array array;
    for (const auto& alert : alerts) array.push_back(to_json(alert));
    return array;
}

} // namespace keepwatch::serve
