#include "delivery/plant.h"

#include <array>
#include <stdexcept>

#include <fmt/format.h>

namespace keepwatch::delivery {
namespace {

constexpr std::array<const char*, 2> kSinks = {"pager", "chat"};

std::vector<config::Sink> sinks() {
    std::vector<config::Sink> all;
    for (const auto* name : kSinks) {
        config::Sink sink;
        sink.name = name;
        sink.url = config::SecretSource::from_value(fmt::format("http://{}/", name));
        all.push_back(std::move(sink));
    }
    return all;
}

cli::Keeper::Limits limits(const std::string& folder) {
    cli::Keeper::Limits limits;
    limits.stall_max = std::chrono::hours(1); // A slow machine is no hanging disk.
    limits.journal.retry = std::chrono::milliseconds(1);
    if (folder.empty()) limits.journal.vfs = testing::FrailDisk::kName;
    return limits;
}

} // namespace

Plant::Plant(PlantSize with, std::uint32_t seed)
    : size(with), random(seed), broken(with.targets, std::vector<bool>(with.rules)) {
    std::string text;
    for (std::size_t n = 0; n < size.rules; ++n)
        text += fmt::format("[[rule]]\nalert = \"Fault{0}\"\nexpr = 'fault{{kind=\"{0}\"}} > 0'\n"
                            "severity = \"critical\"\n",
                            n);
    auto parsed = alert::parse_rules(text, "rules.toml");
    for (const auto& error : parsed.errors) throw std::logic_error(error.to_string());
    rules = std::move(parsed.rules);
}

engine::Setup Plant::setup() const {
    engine::Setup setup;
    setup.rules = rules;
    for (const auto* sink : kSinks) setup.sinks.push_back({sink});
    for (std::size_t i = 0; i < size.targets; ++i) {
        const auto name = fmt::format("b{}", i);
        setup.targets.push_back(
            {name, "kafka", seconds(15), Labels{{"instance", name}, {"job", "kafka"}}});
    }
    return setup;
}

std::string Plant::page_of(std::size_t target) const {
    std::string page;
    for (std::size_t n = 0; n < size.rules; ++n)
        page += fmt::format("fault{{kind=\"{}\"}} {}\n", n, broken[target][n] ? 1 : 0);
    return page;
}

void Plant::flip(std::size_t count) {
    for (; count > 0; --count) {
        auto& target = broken[random() % size.targets];
        const auto rule = random() % size.rules;
        target[rule] = !target[rule];
    }
}

Life::Life(Plant& plant, std::string folder)
    : plant_(plant), network_(io_.get_executor(), plant.clock, plant.disk, plant.oracle,
                              plant.random, plant.faults),
      wall_ahead_(plant.clock.now() - (Timestamp{} + plant.clock.steady())) {
    auto with = limits(folder);
    keeper_ = std::make_unique<cli::Keeper>(io_.get_executor(), std::move(folder), sinks(), with);
    engine_ = std::make_unique<engine::Engine>(plant.setup(), keeper_->memory());
    cli::Keeper::Hooks hooks;
    hooks.log = [this](std::string_view line) { lines_.emplace_back(line); };
    hooks.released = [this] {
        show_oracle();
        for (auto& courier : couriers_) courier->wake();
    };
    hooks.troubled = [](bool) {};
    hooks.told = [](const journal::Report&) {};
    hooks.stalled = [] {};
    keeper_->start(*engine_, std::move(hooks));
    show_oracle();
    for (const auto* sink : kSinks) start_courier(sink);
    run();
}

Life::~Life() {
    if (plant_.disk.has_power()) plant_.disk.cut_power_after(0);
    tasks_.stop();
    while (!tasks_.empty()) io_.run_one();
    keeper_.reset();
    plant_.disk.restart(plant_.random() % 4);
    plant_.oracle.crashed();
}

void Life::start_courier(const std::string& name) {
    notify::CourierParts parts;
    for (auto& sink : sinks())
        if (sink.name == name) parts.sink = sink;
    parts.desired = [this, name]() -> const routing::Desired& { return engine_->desired(name); };
    for (const auto& [key, notification] : engine_->desired(name))
        if (notification.settled > 0) parts.settled.emplace(key, notification.settled);
    parts.may_send = [this](const routing::Notification& one) { return keeper_->may_send(one); };
    parts.outcome = [this](const DeliveryOutcome& outcome) { take({plant_.clock.now(), outcome}); };
    parts.attempted = [](notify::Verdict) {};
    parts.log = [this](const std::string& line) { lines_.push_back(line); };
    parts.random = [this] { return std::uniform_real_distribution<>()(plant_.random); };
    couriers_.push_back(std::make_unique<notify::Courier>(io_.get_executor(), network_,
                                                          plant_.clock, std::move(parts)));
    tasks_.spawn(name, couriers_.back()->run());
}

void Life::scrape_all() {
    for (TargetId target = 0; target < plant_.size.targets; ++target) {
        if (!plant_.disk.has_power()) return;
        const auto page = plant_.page_of(target);
        const auto now = plant_.clock.now();
        take({now, PageArrived{target, now, milliseconds(5), PageFormat::Text, page}});
        run();
    }
}

void Life::pass(Duration time, Duration step) {
    for (Duration passed; passed < time && plant_.disk.has_power(); passed = passed + step) {
        plant_.clock.advance(step);
        for (auto& courier : couriers_) courier->wake();
        run();
    }
}

void Life::stop() {
    tasks_.stop();
    while (!tasks_.empty()) io_.run_one();
    keeper_->stop();
}

void Life::take(Event event) {
    notice_clock_step();
    event.at = std::max(event.at, engine_->now());
    apply(event);
    for (auto& courier : couriers_) courier->wake();
}

void Life::notice_clock_step() {
    const auto ahead = plant_.clock.now() - (Timestamp{} + plant_.clock.steady());
    const auto step = ahead - wall_ahead_;
    if (step == Duration{}) return;
    wall_ahead_ = ahead;
    apply({plant_.clock.now(), ClockStepped{step}});
}

void Life::apply(const Event& event) {
    for (const auto& outcome : engine_->apply(event))
        plant_.fired += outcome.step.to == alert::Transition::To::Firing ? 1 : 0;
    keeper_->applied(event);
    show_oracle();
}

void Life::run() {
    constexpr auto kPatience = std::chrono::seconds(60);
    for (;;) {
        io_.restart();
        io_.poll();
        if (keeper_->is_idle() || !plant_.disk.has_power()) return;
        io_.run_one_for(kPatience); // The journal's thread will tell.
    }
}

void Life::show_oracle() {
    if (!plant_.disk.has_power()) return; // What is thought now is not done any more.
    for (const auto* sink : kSinks)
        for (const auto& [key, notification] : engine_->desired(sink)) show_oracle(notification);
}

void Life::show_oracle(const routing::Notification& notification) {
    if (notification.settled >= notification.revision) return;
    const std::pair now(notification.revision, keeper_->may_send(notification));
    auto& before = shown_[{notification.sink, notification.key}];
    if (before == now) return;
    before = now;
    plant_.oracle.desired(notification, now.second);
}

std::size_t Life::outstanding() const {
    std::size_t count = 0;
    for (const auto& courier : couriers_) count += courier->outstanding();
    return count;
}

std::size_t Life::firing() const {
    std::size_t count = 0;
    for (const auto& entry : engine_->rules().rules())
        for (const auto& [labels, alert] : entry->rule.alerts())
            count += alert.state == alert::State::Firing ? 1 : 0;
    return count;
}

} // namespace keepwatch::delivery
