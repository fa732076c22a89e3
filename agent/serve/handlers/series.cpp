#include <utility>

#include "serve/envelope.h"
#include "serve/handlers/selection.h"
#include "serve/json_text.h"

namespace keepwatch::serve {

Handler find_series(const Parts& parts) {
    return [&parts](const net::IncomingRequest& request) -> net::Response {
        if (request.params("match[]").empty())
            return bad_data({ErrorKind::InvalidInput, "no match[] parameter provided"});
        // Only this path names the parameter.
        if (const auto sets = match_parameters(request); !sets)
            return bad_data(invalid_parameter("match[]", sets.error().to_string()));
        const auto selection = read_selection(request);
        if (!selection) return bad_data(selection.error());
        auto found = labels_of(parts, *selection);
        if (!found) return unanswered(found.error());
        const auto notes = cut(*found, selection->limit);
        std::string data = "[";
        for (const auto& labels : *found) {
            if (data.size() > 1) data += ',';
            append_json(data, labels);
        }
        data += ']';
        return success(data, notes);
    };
}

} // namespace keepwatch::serve
