#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace keepwatch::notify {

// Text of others made safe for Slack's mrkdwn: &, < and > are escaped, so that no label can mention
// people or make links; control characters but line breaks become spaces; valid UTF-8. At most so
// many bytes, with an ellipsis where it was cut and no escape cut in two.
// https://docs.slack.dev/messaging/formatting-message-text#escaping
std::string slack_text(std::string_view text, std::size_t bytes_max);

// The same in a code span or block, which nothing inside can end.
std::string slack_code(std::string_view text, std::size_t bytes_max);
std::string slack_code_block(std::string_view text, std::size_t bytes_max);

// Whether a link may be shown: http or https, and nothing in it that ends a link.
bool is_slack_link(std::string_view url);

} // namespace keepwatch::notify
