#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "alert/rule.h"
#include "bench/jmx_page.h"
#include "bench/measure.h"
#include "engine/engine.h"

// cycle_bench RULES SIZE|PAGE…: what a scrape costs the engine, without the network: the page and
// the rules, every 15 s of a made-up time. Milliseconds of this thread; then how much memory there
// is, less the pages themselves.
using namespace keepwatch;

namespace {

constexpr int kCycles = 48; // Twelve minutes.
constexpr Duration kInterval = seconds(15);

double resident_mb() {
    std::ifstream file("/proc/self/statm");
    double pages = 0;
    file >> pages >> pages;
    return pages * 4096e-6;
}

std::string read_file(const char* path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

class Pages {
public:
    Pages(int argc, char** argv) : made_up_({bench::JmxPage::partitions_of(argv[2]), 0.05, 0}) {
        if (bench::JmxPage::partitions_of(argv[2]) == 0)
            for (int i = 2; i < argc; ++i) files_.push_back(read_file(argv[i]));
    }
    const std::string& next() {
        if (!files_.empty()) return files_[turn_++ % files_.size()];
        made_up_.step();
        made_up_.render(text_);
        return text_;
    }

private:
    bench::JmxPage made_up_;
    std::vector<std::string> files_;
    std::string text_;
    std::size_t turn_ = 0;
};

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    engine::Setup setup;
    auto loaded = alert::load_rules({argv[1]});
    for (const auto& error : loaded.errors) std::printf("%s\n", error.to_string().c_str());
    setup.rules = std::move(loaded.rules);
    setup.targets.push_back(
        {"broker", "kafka", kInterval, Labels{{"instance", "broker"}, {"job", "kafka"}}});
    Pages pages(argc, argv);
    const double before = resident_mb();
    engine::Engine engine(std::move(setup));
    std::vector<double> page_times;
    std::vector<double> rule_times;
    std::size_t outcomes = 0;
    Timestamp at{1'700'000'000'000};
    for (int cycle = 0; cycle < kCycles; ++cycle, at = at + kInterval) {
        const std::string& page = pages.next();
        double start = bench::thread_ms();
        outcomes +=
            engine.apply({at, PageArrived{0, at, seconds(1), PageFormat::Text, page}}).size();
        double done = bench::thread_ms();
        if (cycle == 0) std::printf("first page %.2f ms\n", done - start);
        page_times.push_back(done - start);
        const auto slot = engine.next_deadline().value_or(at);
        start = bench::thread_ms();
        outcomes += engine.apply({std::max(slot, at), Tick{}}).size();
        done = bench::thread_ms();
        if (cycle == 0) std::printf("first rules %.2f ms\n", done - start);
        rule_times.push_back(done - start);
    }
    const std::vector<double> late(rule_times.end() - kCycles / 2, rule_times.end());
    std::printf("page %.2f ms, rules %.2f ms (max %.2f), %zu steps, %zu series, %.1f MB (store "
                "says %.1f)\n",
                bench::median(page_times), bench::median(late),
                *std::max_element(late.begin(), late.end()), outcomes,
                engine.store().stats().series, resident_mb() - before,
                static_cast<double>(engine.store().stats().bytes) * 1e-6);
}
