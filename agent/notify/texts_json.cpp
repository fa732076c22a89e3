#include "notify/texts_json.h"

namespace keepwatch::notify {

boost::json::object json_of(const Texts& texts) {
    boost::json::object object;
    for (const auto& [name, value] : texts) object.emplace(name, value);
    return object;
}

} // namespace keepwatch::notify
