#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "promql/error.h"
#include "promql/parse.h"
#include "promql/print.h"

// Any text as PromQL. What is refused has a place in the text; what is read is printed to a text
// that reads as the same expression.
using namespace keepwatch;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = promql::parse(text);
    if (!parsed) {
        require(parsed.error().at.line >= 1 && parsed.error().at.column >= 1);
        require(promql::api_error_type(parsed.error()) == "bad_data");
        require(!parsed.error().message.empty());
        return 0;
    }
    const auto printed = promql::print(**parsed);
    const auto again = promql::parse(printed);
    require(again.has_value());
    require(promql::print(**again) == printed);
    return 0;
}
