#pragma once

#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "model/labels.h"
#include "model/result.h"
#include "net/message.h"
#include "promql/notes.h"

// How Prometheus's HTTP API wraps what it answers:
// https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
namespace keepwatch::serve {

namespace json = boost::json;

// `{"status":"success","data":…}`.
net::Response success(json::value data);

// The same of data that is written already, with what is to be said beside it: at most
// kNotesShown warnings, and as many infos.
net::Response success(std::string_view data_json, const promql::Notes& notes);
inline constexpr std::size_t kNotesShown = 10;

// `{"status":"error","errorType":"bad_data","error":"…"}`.
net::Response failure(unsigned status, std::string_view type, std::string_view message);

// The request is wrong: 400, "bad_data".
net::Response bad_data(const Error& error);

// What a Backend or an Evaluator could not do: 503 for a timeout, 499 if it was cancelled, 500 if
// something is broken here, else 422.
net::Response unanswered(const Error& error);

json::object to_json(const Labels& labels);

// Without a fraction or an exponent where it is whole: 3600 and not 3.6E3.
json::value to_json(double number);

// Text that is valid UTF-8, whatever it was.
json::string to_json(std::string_view text);

} // namespace keepwatch::serve
