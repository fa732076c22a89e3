#include "recording/codec.h"

#include <bit>
#include <cstring>

namespace keepwatch::recording {
namespace {

constexpr std::uint64_t kTargetsMax = 100'000; // Beyond any configuration; bounds hostile input.
constexpr std::uint64_t kFactsMax = 100'000;
constexpr std::uint64_t kPushedMax = 1'000'000; // Series, and samples of one.

void put(std::string& out, std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
    out += static_cast<char>(number);
}

void put_signed(std::string& out, std::int64_t number) {
    const auto bits = static_cast<std::uint64_t>(number);
    put(out, (bits << 1) ^ (number < 0 ? ~std::uint64_t{0} : 0));
}

void put(std::string& out, Timestamp t) {
    put_signed(out, t.ms);
}
void put(std::string& out, Duration d) {
    put_signed(out, d.ms);
}

void put(std::string& out, double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (unsigned shift = 0; shift < 64; shift += 8) out += static_cast<char>(bits >> shift);
}

void put(std::string& out, std::string_view text) {
    put(out, std::uint64_t{text.size()});
    out += text;
}

void put(std::string& out, const Labels& labels) {
    put(out, std::uint64_t{labels.size()});
    for (const auto& [name, value] : labels) {
        put(out, name);
        put(out, value);
    }
}

struct Encode {
    std::string& out;

    void operator()(const Tick&) const {}
    void operator()(const PageArrived& page) const {
        put(out, std::uint64_t{page.target});
        put(out, page.scheduled);
        put(out, page.took);
        put(out, static_cast<std::uint64_t>(page.format));
        put(out, page.body);
    }
    void operator()(const ScrapeFailed& failure) const {
        put(out, std::uint64_t{failure.target});
        put(out, failure.scheduled);
        put(out, failure.took);
        put(out, std::string_view(failure.reason));
    }
    void operator()(const FactsLearned& learned) const {
        put(out, std::uint64_t{learned.target});
        put(out, std::uint64_t{learned.facts.size()});
        for (const auto& fact : learned.facts) {
            put(out, std::string_view(fact.name));
            put(out, fact.labels);
            put(out, fact.value);
        }
    }
    void operator()(const DeliveryOutcome& outcome) const {
        put(out, std::string_view(outcome.sink));
        put(out, std::string_view(outcome.key));
        put(out, outcome.revision);
        put(out, std::uint64_t{outcome.accepted});
        put(out, std::string_view(outcome.detail));
    }
    void operator()(const ClockStepped& step) const { put(out, step.by); }
    void operator()(const SeriesPushed& pushed) const {
        put(out, std::uint64_t{pushed.series.size()});
        for (const auto& [labels, samples] : pushed.series) {
            put(out, labels);
            put(out, std::uint64_t{samples.size()});
            for (const auto& sample : samples) {
                put(out, sample.t);
                put(out, sample.value);
            }
        }
    }
};

} // namespace

void encode(const Header& header, std::string& out) {
    put(out, std::string_view(header.cluster));
    put(out, std::uint64_t{header.whole_cluster});
    put(out, std::uint64_t{header.targets.size()});
    for (const auto& target : header.targets) {
        put(out, std::string_view(target.name));
        put(out, std::string_view(target.kind));
        put(out, target.interval);
        put(out, target.labels);
    }
}

void encode(const Event& event, std::string& out) {
    put(out, std::uint64_t{event.what.index()});
    put(out, event.at);
    std::visit(Encode{out}, event.what);
}

std::uint64_t Decoder::number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (rest_.empty()) break;
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7fU} << shift;
        if (byte < 0x80) return value;
    }
    broken_ = true;
    return 0;
}

std::int64_t Decoder::signed_number() {
    const auto bits = number();
    return static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
}

double Decoder::real() {
    if (rest_.size() < 8) {
        broken_ = true;
        return 0;
    }
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 8; ++i)
        bits |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
    rest_.remove_prefix(8);
    return std::bit_cast<double>(bits);
}

std::string_view Decoder::text() {
    const auto size = number();
    if (size > rest_.size()) {
        broken_ = true;
        return {};
    }
    const auto bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
}

Labels Decoder::labels() {
    LabelsBuilder builder;
    const auto count = number();
    for (std::uint64_t i = 0; i < count && !broken_; ++i) {
        const auto name = text();
        builder.set(name, text());
    }
    return builder.build();
}

Result<Header> Decoder::header() {
    Header header;
    header.cluster = text();
    header.whole_cluster = number() != 0;
    const auto count = number();
    for (std::uint64_t i = 0; i < count && i < kTargetsMax && !broken_; ++i) {
        TargetInfo target;
        target.name = text();
        target.kind = text();
        target.interval = {signed_number()};
        target.labels = labels();
        header.targets.push_back(std::move(target));
    }
    if (broken_ || count > kTargetsMax)
        return Error{ErrorKind::InvalidInput, "the list of targets is damaged"};
    return header;
}

SeriesPushed Decoder::pushed() {
    SeriesPushed pushed;
    const auto count = number();
    for (std::uint64_t i = 0; i < count && i < kPushedMax && !broken_; ++i) {
        auto& series = pushed.series.emplace_back();
        series.labels = labels();
        const auto samples = number();
        for (std::uint64_t k = 0; k < samples && k < kPushedMax && !broken_; ++k) {
            const Timestamp t{signed_number()};
            series.samples.push_back({t, real()});
        }
    }
    return pushed;
}

Result<Event> Decoder::event() {
    Event event;
    const auto type = number();
    event.at = {signed_number()};
    const auto target = [this] { return static_cast<TargetId>(number()); };
    const auto format = [this] {
        const auto known = number();
        broken_ = broken_ || known > static_cast<std::uint64_t>(PageFormat::ZookeeperWords);
        return static_cast<PageFormat>(known);
    };
    // Braced initialisers are evaluated from left to right, which is the order of the bytes.
    switch (type) {
    case 0:
        event.what = Tick{};
        break;
    case 1:
        event.what = PageArrived{target(), {signed_number()}, {signed_number()}, format(), text()};
        break;
    case 2:
        event.what =
            ScrapeFailed{target(), {signed_number()}, {signed_number()}, std::string(text())};
        break;
    case 3: {
        FactsLearned learned{target(), {}};
        const auto count = number();
        for (std::uint64_t i = 0; i < count && i < kFactsMax && !broken_; ++i)
            learned.facts.push_back({std::string(text()), labels(), real()});
        event.what = std::move(learned);
        break;
    }
    case 4:
        event.what = DeliveryOutcome{std::string(text()), std::string(text()), number(),
                                     number() != 0, std::string(text())};
        break;
    case 5:
        event.what = ClockStepped{{signed_number()}};
        break;
    case 6:
        event.what = pushed();
        break;
    default:
        broken_ = true;
    }
    if (broken_) return Error{ErrorKind::InvalidInput, "an event is damaged"};
    return event;
}

} // namespace keepwatch::recording
