#include "notify/sender.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace keepwatch::notify {

const Sender* find_sender(config::SinkKind kind) {
    static constexpr std::array kSenders = {&kWebhookSender, &kPagerdutySender,
                                            &kAlertmanagerSender, &kSlackSender};
    const auto* found = std::find_if(kSenders.begin(), kSenders.end(),
                                     [kind](const Sender* one) { return one->kind == kind; });
    return found == kSenders.end() ? nullptr : *found;
}

Judgement judge_http(const net::Response& response, Timestamp now) {
    Judgement judgement;
    judgement.verdict = judge_status(response.status);
    if (judgement.verdict == Verdict::Accepted) return judgement;
    judgement.detail = fmt::format("HTTP {}", response.status);
    const auto phrase = net::reason_phrase(response.status);
    if (!phrase.empty()) judgement.detail += fmt::format(" {}", phrase);
    judgement.about_rate = response.status == 429;
    judgement.about_content = is_about_content(response.status);
    judgement.retry_after = parse_retry_after(response.headers.get("Retry-After"), now);
    return judgement;
}

std::string idempotency_key(const routing::Notification& notification) {
    constexpr std::size_t kBytes = 16; // As long as a UUID.
    const auto text = fmt::format("{}\n{}", notification.key, notification.revision);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    return fmt::format("{:02x}", fmt::join(std::span(digest).first(kBytes), ""));
}

} // namespace keepwatch::notify
