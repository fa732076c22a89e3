#include "recording/codec.h"

namespace keepwatch::recording {
namespace {

struct Encode {
    Writer& out;

    void operator()(const Tick&) const {}
    void operator()(const PageArrived& page) const {
        out.number(page.target);
        out.signed_number(page.scheduled.ms);
        out.signed_number(page.took.ms);
        out.number(static_cast<std::uint64_t>(page.format));
        out.text(page.body);
    }
    void operator()(const ScrapeFailed& failure) const {
        out.number(failure.target);
        out.signed_number(failure.scheduled.ms);
        out.signed_number(failure.took.ms);
        out.text(failure.reason);
    }
    void operator()(const FactsLearned& learned) const {
        out.number(learned.target);
        out.number(learned.facts.size());
        for (const auto& fact : learned.facts) {
            out.text(fact.name);
            out.labels(fact.labels);
            out.real(fact.value);
        }
    }
    void operator()(const DeliveryOutcome& outcome) const {
        out.text(outcome.sink);
        out.text(outcome.key);
        out.number(outcome.revision);
        out.number(outcome.accepted ? 1 : 0);
        out.text(outcome.detail);
    }
    void operator()(const ClockStepped& step) const { out.signed_number(step.by.ms); }
    void operator()(const SeriesPushed& pushed) const {
        out.number(pushed.series.size());
        for (const auto& [labels, samples] : pushed.series) {
            out.labels(labels);
            out.number(samples.size());
            for (const auto& sample : samples) {
                out.signed_number(sample.t.ms);
                out.real(sample.value);
            }
        }
    }
};

TargetId read_target(Reader& in) {
    return static_cast<TargetId>(in.number());
}

PageFormat read_format(Reader& in) {
    const auto format = in.number();
    if (format > static_cast<std::uint64_t>(PageFormat::ZookeeperWords)) in.fail();
    return static_cast<PageFormat>(format & 3);
}

FactsLearned read_facts(Reader& in) {
    FactsLearned learned{read_target(in), {}};
    for (auto left = in.count(); left > 0 && !in.broken(); --left)
        learned.facts.push_back({std::string(in.text()), in.labels(), in.real()});
    return learned;
}

SeriesPushed read_pushed(Reader& in) {
    SeriesPushed pushed;
    for (auto left = in.count(); left > 0 && !in.broken(); --left) {
        auto& series = pushed.series.emplace_back();
        series.labels = in.labels();
        for (auto samples = in.count(); samples > 0 && !in.broken(); --samples) {
            const Timestamp t{in.signed_number()};
            series.samples.push_back({t, in.real()});
        }
    }
    return pushed;
}

} // namespace

void encode(const Header& header, Writer& out) {
    out.text(header.cluster);
    out.number(header.whole_cluster ? 1 : 0);
    out.number(header.targets.size());
    for (const auto& target : header.targets) {
        out.text(target.name);
        out.text(target.kind);
        out.signed_number(target.interval.ms);
        out.labels(target.labels);
    }
}

void encode(const Event& event, Writer& out) {
    out.number(event.what.index());
    out.signed_number(event.at.ms);
    std::visit(Encode{out}, event.what);
}

Result<Header> Decoder::header() {
    Header header;
    header.cluster = in_.text();
    header.whole_cluster = in_.number() != 0;
    for (auto left = in_.count(); left > 0 && !in_.broken(); --left) {
        TargetInfo target;
        target.name = in_.text();
        target.kind = in_.text();
        target.interval = {in_.signed_number()};
        target.labels = in_.labels();
        header.targets.push_back(std::move(target));
    }
    if (in_.broken()) return Error{ErrorKind::InvalidInput, "the list of targets is damaged"};
    return header;
}

Result<Event> Decoder::event() {
    Event event;
    const auto type = in_.number();
    event.at = {in_.signed_number()};
    switch (type) { // The index in Event::what.
    case 0:
        event.what = Tick{};
        break;
    case 1:
        event.what = PageArrived{read_target(in_),
                                 {in_.signed_number()},
                                 {in_.signed_number()},
                                 read_format(in_),
                                 in_.text()};
        break;
    case 2:
        event.what = ScrapeFailed{read_target(in_),
                                  {in_.signed_number()},
                                  {in_.signed_number()},
                                  std::string(in_.text())};
        break;
    case 3:
        event.what = read_facts(in_);
        break;
    case 4:
        event.what = DeliveryOutcome{std::string(in_.text()), std::string(in_.text()), in_.number(),
                                     in_.number() != 0, std::string(in_.text())};
        break;
    case 5:
        event.what = ClockStepped{{in_.signed_number()}};
        break;
    case 6:
        event.what = read_pushed(in_);
        break;
    default:
        in_.fail();
    }
    if (in_.broken()) return Error{ErrorKind::InvalidInput, "an event is damaged"};
    return event;
}

} // namespace keepwatch::recording
