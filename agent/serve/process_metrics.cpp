#include "serve/process_metrics.h"

#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace keepwatch::serve {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily single(const char* name, const char* help, MetricType type, double value) {
    MetricFamily family;
    family.name = name;
    family.help = help;
    family.type = type;
    prometheus::ClientMetric metric;
    metric.gauge.value = value;
    metric.counter.value = value;
    family.metric.push_back(std::move(metric));
    return family;
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto to_seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return to_seconds(usage.ru_utime) + to_seconds(usage.ru_stime);
}

// proc_pid_statm(5): the second number counts resident pages.
double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double total = 0;
    double resident = 0;
    file >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

} // namespace

std::vector<MetricFamily> ProcessMetrics::Collect() const {
    return {
        single("process_start_time_seconds", "When the process started, in Unix time.",
               MetricType::Gauge, started_.seconds()),
        single("process_resident_memory_bytes", "Memory that is in RAM.", MetricType::Gauge,
               resident_bytes()),
        single("process_cpu_seconds_total", "Processor time, of user and system.",
               MetricType::Counter, cpu_seconds()),
    };
}

} // namespace keepwatch::serve
