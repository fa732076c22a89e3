#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "series/matcher.h"

namespace keepwatch::cli {

// One of Kafka's MBeans, or those that differ only in some keys, as in
// `kafka.log:type=Log,name=Size,topic=*,partition=*`.
struct Bean {
    std::string object;
    std::string base; // What the names of its series begin with: `kafka_log_log_size`.
    std::vector<std::string> open_keys; // Those with `*`; they become labels.
    bool has_name = false;              // Else its attributes are part of the series' names.

    // Per partition, topic, client or connection: there can be thousands.
    bool is_many() const;
    // The names that an exporter may give the series of this bean; not those of attributes.
    std::vector<std::string> names() const;
};

// What a selector wants of a bean.
struct BeanUse {
    std::string object;    // With the keys that the selector fixes.
    std::string attribute; // `current-leader`, for a bean without a name; else "".
};

// Nothing if no series of the bean can match.
std::optional<BeanUse> use_of(const Bean& bean, std::span<const series::Matcher> selector);

// Whether one object name, with its `*`, says all that another of the same keys says.
bool covers(std::string_view wide, std::string_view narrow);

// The MBeans of a kind of process that are worth watching, by their names in Kafka's sources.
std::vector<Bean> beans_of(std::string_view kind);
inline constexpr std::string_view kBeanKinds[] = {"kafka", "zookeeper", "connect", "mirrormaker",
                                                  "client"};

} // namespace keepwatch::cli
