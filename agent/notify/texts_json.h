#pragma once

#include <boost/json/object.hpp>

#include "notify/content.h"

namespace keepwatch::notify {

// Labels or annotations as an object; they are valid UTF-8 already.
boost::json::object json_of(const Texts& texts);

} // namespace keepwatch::notify
