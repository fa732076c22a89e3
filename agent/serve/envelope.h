#pragma once

#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "model/labels.h"
#include "net/message.h"

// How Prometheus's HTTP API wraps what it answers:
// https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
namespace keepwatch::serve {

namespace json = boost::json;

// `{"status":"success","data":…}`.
net::Response success(json::value data);

// `{"status":"error","errorType":"bad_data","error":"…"}`.
net::Response failure(unsigned status, std::string_view type, std::string_view message);

json::object to_json(const Labels& labels);

// Without a fraction or an exponent where it is whole: 3600 and not 3.6E3.
json::value to_json(double number);

// Text that is valid UTF-8, whatever it was.
json::string to_json(std::string_view text);

} // namespace keepwatch::serve
