#include "journal/encoding.h"

#include <fmt/format.h>

#include "model/bytes.h"

namespace keepwatch::journal {
namespace {

using engine::Habits;
using engine::RememberedAlert;
using routing::Notification;

constexpr std::uint64_t kForm = 1;

void write(Writer& out, const alert::Alert& alert) {
    out.labels(alert.labels);
    out.labels(alert.source);
    out.labels(alert.annotations);
    out.number(static_cast<std::uint64_t>(alert.state));
    out.real(alert.value);
    for (const auto t :
         {alert.active_at, alert.fired_at, alert.resolved_at, alert.keep_firing_since})
        out.signed_number(t.ms);
    out.number(alert.held ? 1 : 0);
}

alert::Alert read_alert(Reader& in) {
    alert::Alert alert;
    alert.labels = in.labels();
    alert.source = in.labels();
    alert.annotations = in.labels();
    const auto state = in.number();
    if (state > static_cast<std::uint64_t>(alert::State::Firing)) in.fail();
    alert.state = static_cast<alert::State>(state & 3);
    alert.value = in.real();
    for (auto* const t :
         {&alert.active_at, &alert.fired_at, &alert.resolved_at, &alert.keep_firing_since})
        t->ms = in.signed_number();
    alert.held = in.number() != 0;
    return alert;
}

void write(Writer& out, const routing::Sop& sop) {
    for (const auto* text : {&sop.id, &sop.title, &sop.url, &sop.diagnosis}) out.text(*text);
    out.number(sop.steps.size());
    for (const auto& step : sop.steps) out.text(step);
}

routing::Sop read_sop(Reader& in) {
    routing::Sop sop;
    for (auto* const text : {&sop.id, &sop.title, &sop.url, &sop.diagnosis}) *text = in.text();
    for (auto left = in.count(); left > 0; --left) sop.steps.emplace_back(in.text());
    return sop;
}

Writer begin() {
    Writer out;
    out.number(kForm);
    return out;
}

Reader open(std::string_view bytes) {
    Reader in(bytes);
    if (in.number() != kForm) in.fail();
    return in;
}

template <class T> Result<T> end(const Reader& in, T value, std::string_view what) {
    if (!in.broken() && in.at_end()) return value;
    return Error{ErrorKind::Storage, fmt::format("these bytes are no {}", what)};
}

// The bits of a value and of the one before it mostly differ little.
void write(Writer& out, const engine::SeriesPast& past) {
    out.labels(past.labels);
    out.number(past.samples.size());
    Timestamp last;
    std::uint64_t bits = 0;
    for (const auto& sample : past.samples) {
        out.signed_number((sample.t - last).ms);
        last = sample.t;
        const auto now = std::bit_cast<std::uint64_t>(sample.value);
        out.eight(now ^ bits);
        bits = now;
    }
}

engine::SeriesPast read_series(Reader& in) {
    engine::SeriesPast past;
    past.labels = in.labels();
    past.samples.resize(in.count());
    Timestamp last;
    std::uint64_t bits = 0;
    for (auto& sample : past.samples) {
        last = last + milliseconds(in.signed_number());
        bits ^= in.eight();
        sample = {last, std::bit_cast<double>(bits)};
    }
    return past;
}

} // namespace

std::string encode(const Labels& labels) {
    Writer out;
    out.labels(labels);
    return out.take();
}

std::string encode(const RememberedAlert& alert) {
    auto out = begin();
    out.text(alert.rule);
    out.text(alert.name);
    out.number(static_cast<std::uint64_t>(alert.scope));
    write(out, alert.alert);
    return out.take();
}

Result<RememberedAlert> decode_alert(std::string_view bytes) {
    auto in = open(bytes);
    RememberedAlert alert;
    alert.rule = in.text();
    alert.name = in.text();
    alert.scope = in.number() == 0 ? alert::Scope::Host : alert::Scope::Cluster;
    alert.alert = read_alert(in);
    return end(in, std::move(alert), "alert");
}

std::string encode(const Notification& notification) {
    auto out = begin();
    out.text(notification.sink);
    out.text(notification.key);
    out.number(notification.revision);
    out.number(notification.settled);
    out.text(notification.alert);
    out.labels(notification.group_labels);
    out.signed_number(notification.changed_at.ms);
    write(out, notification.sop);
    out.number(notification.alerts.size());
    for (const auto& alert : notification.alerts) write(out, alert);
    return out.take();
}

Result<Notification> decode_notification(std::string_view bytes) {
    auto in = open(bytes);
    Notification notification;
    notification.sink = in.text();
    notification.key = in.text();
    notification.revision = in.number();
    notification.settled = in.number();
    notification.alert = in.text();
    notification.group_labels = in.labels();
    notification.changed_at.ms = in.signed_number();
    notification.sop = read_sop(in);
    for (auto left = in.count(); left > 0 && !in.broken(); --left)
        notification.alerts.push_back(read_alert(in));
    if (notification.alerts.empty()) in.fail();
    return end(in, std::move(notification), "notification");
}

std::string encode(const Habits& habits) {
    auto out = begin();
    out.number(habits.reads.size());
    for (const auto& read : habits.reads) {
        out.text(read.rule);
        out.text(read.target);
        out.number(read.origins);
    }
    out.number(habits.sizes.size());
    for (const auto& size : habits.sizes) {
        out.text(size.target);
        out.number(size.samples);
    }
    out.number(habits.receivers.size());
    for (const auto& receiver : habits.receivers) {
        out.text(receiver.sink);
        out.eight(receiver.mark);
    }
    return out.take();
}

Result<Habits> decode_habits(std::string_view bytes) {
    auto in = open(bytes);
    Habits habits;
    habits.reads.resize(in.count());
    for (auto& read : habits.reads) {
        read.rule = in.text();
        read.target = in.text();
        read.origins = static_cast<std::uint8_t>(in.number() & 0xff);
    }
    habits.sizes.resize(in.count());
    for (auto& size : habits.sizes) {
        size.target = in.text();
        size.samples = in.number();
    }
    habits.receivers.resize(in.count());
    for (auto& receiver : habits.receivers) {
        receiver.sink = in.text();
        receiver.mark = in.eight();
    }
    return end(in, std::move(habits), "habits");
}

std::string encode(const engine::Chunk& chunk) {
    auto out = begin();
    out.signed_number(chunk.at.ms);
    out.eight(chunk.wanted);
    out.number(chunk.sources.size());
    for (const auto& source : chunk.sources) {
        out.text(source.source);
        out.number(source.series.size());
        for (const auto& series : source.series) write(out, series);
    }
    return out.take();
}

Result<engine::Chunk> decode_chunk(std::string_view bytes) {
    auto in = open(bytes);
    engine::Chunk chunk;
    chunk.at.ms = in.signed_number();
    chunk.wanted = in.eight();
    for (auto sources = in.count(); sources > 0 && !in.broken(); --sources) {
        auto& source = chunk.sources.emplace_back();
        source.source = in.text();
        for (auto series = in.count(); series > 0 && !in.broken(); --series)
            source.series.push_back(read_series(in));
    }
    return end(in, std::move(chunk), "chunk of samples");
}

std::string encode(const engine::Memory& memory) {
    auto out = begin();
    out.signed_number(memory.at.ms);
    out.number(memory.revision);
    out.text(encode(memory.habits));
    const auto all = [&](const auto& list) {
        out.number(list.size());
        for (const auto& one : list) out.text(encode(one));
    };
    all(memory.alerts);
    all(memory.notifications);
    all(memory.chunks);
    return out.take();
}

Result<engine::Memory> decode_memory(std::string_view bytes) {
    auto in = open(bytes);
    engine::Memory memory;
    memory.at.ms = in.signed_number();
    memory.revision = in.number();
    const auto take = [&](auto decoded, auto into) {
        if (decoded)
            into(*std::move(decoded));
        else
            in.fail();
    };
    const auto all = [&](auto decode, auto& list) {
        for (auto left = in.count(); left > 0 && !in.broken(); --left)
            take(decode(in.text()), [&](auto one) { list.push_back(std::move(one)); });
    };
    take(decode_habits(in.text()), [&](auto habits) { memory.habits = std::move(habits); });
    all(decode_alert, memory.alerts);
    all(decode_notification, memory.notifications);
    all(decode_chunk, memory.chunks);
    return end(in, std::move(memory), "memory");
}

} // namespace keepwatch::journal
