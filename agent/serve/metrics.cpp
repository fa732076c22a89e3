#include "serve/metrics.h"

namespace keepwatch::serve {
namespace {

using prometheus::Family;
using prometheus::Registry;

Family<Metrics::Counter>& counter(Registry& registry, const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

Family<Metrics::Gauge>& gauge(Registry& registry, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

Family<Metrics::Histogram>& histogram(Registry& registry, const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

// From a small page of an idle broker to the exporter of a big one, which takes seconds.
Metrics::Histogram::BucketBoundaries scrape_buckets() {
    return {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
}

// An evaluation that takes longer than some milliseconds is worth seeing.
Metrics::Histogram::BucketBoundaries evaluation_buckets() {
    return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 1};
}

// A sync takes a millisecond on a good disk, and much longer on one that is busy.
Metrics::Histogram::BucketBoundaries commit_buckets() {
    return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};
}

// A page of usual size holds the thread for some milliseconds.
Metrics::Histogram::BucketBoundaries late_buckets() {
    return {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};
}

} // namespace

Metrics::Metrics(Registry& registry, const std::string& version)
    : scrapes_(counter(registry, "keepwatch_scrapes_total", "Scrapes that were begun.")),
      scrape_failures_(counter(registry, "keepwatch_scrape_failures_total",
                               "Scrapes that gave no page, by class of reason.")),
      page_problems_(counter(registry, "keepwatch_page_problems_total",
                             "Lines of pages that did not parse and were skipped.")),
      pages_refused_(counter(registry, "keepwatch_pages_refused_total",
                             "Pages that were cut short, over a limit or no exposition at all.")),
      page_bytes_(gauge(registry, "keepwatch_page_bytes",
                        "Size of the newest page of a target, decompressed.")),
      scrape_seconds_(histogram(registry, "keepwatch_scrape_duration_seconds",
                                "Time from the request to the last byte of the page.")),
      samples_scraped_(gauge(registry, "keepwatch_samples_scraped",
                             "Samples on the newest page of a target, wanted or not.")),
      series_(gauge(registry, "keepwatch_series", "Series that are stored.").Add({})),
      content_errors_(gauge(registry, "keepwatch_content_errors",
                            "Rules and SOPs that were left out when they were loaded.")
                          .Add({})),
      rule_evaluations_(
          counter(registry, "keepwatch_rule_evaluations_total", "Rules that were evaluated.")
              .Add({})),
      rule_evaluation_failures_(counter(registry, "keepwatch_rule_evaluation_failures_total",
                                        "Evaluations of a rule that ended in an error.")),
      rule_blind_(gauge(registry, "keepwatch_rule_blind",
                        "Rules none of whose selectors finds a series, though the target is up.")),
      rule_alerts_left_out_(gauge(registry, "keepwatch_rule_alerts_left_out",
                                  "Alerts beyond the limit of the rule's group.")),
      rule_evaluation_seconds_(histogram(registry, "keepwatch_rule_evaluation_seconds",
                                         "Time that one evaluation of one rule took.")
                                   .Add({}, evaluation_buckets())),
      alerts_(gauge(registry, "keepwatch_alerts", "Alerts that are pending or firing.")),
      notifications_sent_(counter(registry, "keepwatch_notifications_sent_total",
                                  "Notifications that the sink accepted.")),
      notification_failures_(counter(registry, "keepwatch_notification_failures_total",
                                     "Attempts that will be repeated.")),
      notifications_refused_(counter(registry, "keepwatch_notifications_refused_total",
                                     "Notifications that the sink will never accept.")),
      notifications_outstanding_(gauge(registry, "keepwatch_notifications_outstanding",
                                       "Incidents of which the sink does not know the newest.")),
      pushed_samples_(counter(registry, "keepwatch_pushed_samples_total",
                              "Valid samples that came by remote write.")
                          .Add({})),
      pushes_refused_(counter(registry, "keepwatch_pushes_refused_total",
                              "Remote writes that were refused, wholly or some of their series.")),
      journal_degraded_(gauge(registry, "keepwatch_journal_degraded",
                              "1 while state is not kept on disk and pages go out from memory.")
                            .Add({})),
      journal_bytes_(gauge(registry, "keepwatch_journal_bytes", "Size of the journal.").Add({})),
      journal_commit_seconds_(histogram(registry, "keepwatch_journal_commit_seconds",
                                        "Time that one transaction took, its sync included.")
                                  .Add({}, commit_buckets())),
      loop_late_seconds_(histogram(registry, "keepwatch_loop_late_seconds",
                                   "How much later than asked the thread that does everything but "
                                   "answer queries came to a timer.")
                             .Add({}, late_buckets())),
      limit_hits_(counter(registry, "keepwatch_limit_hits_total",
                          "How often a bound took effect, by its name.")) {
    gauge(registry, "keepwatch_build_info", "Always 1; the labels say what is running.")
        .Add({{"version", version}})
        .Set(1);
}

Metrics::Histogram& Metrics::scrape_seconds(const std::string& target) {
    return scrape_seconds_.Add({{"target", target}}, scrape_buckets());
}

} // namespace keepwatch::serve
