#pragma once

#include <string>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace keepwatch::serve {

// What the agent says of itself at /metrics. The registry outlives it; values may be changed and
// collected by any thread.
class Metrics {
public:
    using Counter = prometheus::Counter;
    using Gauge = prometheus::Gauge;
    using Histogram = prometheus::Histogram;

    Metrics(prometheus::Registry& registry, const std::string& version);

    Counter& scrapes(const std::string& target) { return scrapes_.Add({{"target", target}}); }
    // `reason` is a class of few members, such as "timeout", "refused", "status"; never a message.
    Counter& scrape_failures(const std::string& target, const std::string& reason) {
        return scrape_failures_.Add({{"target", target}, {"reason", reason}});
    }
    Counter& page_problems(const std::string& target) {
        return page_problems_.Add({{"target", target}});
    }
    Counter& pages_refused(const std::string& target) {
        return pages_refused_.Add({{"target", target}});
    }
    Gauge& page_bytes(const std::string& target) { return page_bytes_.Add({{"target", target}}); }
    Histogram& scrape_seconds(const std::string& target);
    Gauge& samples_scraped(const std::string& target) {
        return samples_scraped_.Add({{"target", target}});
    }
    Gauge& series() { return series_; }
    Gauge& content_errors() { return content_errors_; } // At the last load.
    Counter& rule_evaluations() { return rule_evaluations_; }
    Counter& rule_evaluation_failures(const std::string& rule) {
        return rule_evaluation_failures_.Add({{"rule", rule}});
    }
    // 1 for each rule that cannot see what it is about; whoever sets it removes it.
    Gauge& rule_blind(const std::string& rule, const std::string& selector,
                      const std::string& nearest) {
        return rule_blind_.Add({{"rule", rule}, {"selector", selector}, {"nearest", nearest}});
    }
    void remove_rule_blind(Gauge& gauge) { rule_blind_.Remove(&gauge); }
    // Alerts beyond the limit of a rule's group.
    Gauge& rule_alerts_left_out(const std::string& rule) {
        return rule_alerts_left_out_.Add({{"rule", rule}});
    }
    Histogram& rule_evaluation_seconds() { return rule_evaluation_seconds_; }
    Gauge& alerts(const std::string& state) { return alerts_.Add({{"state", state}}); }
    Counter& notifications_sent(const std::string& sink) {
        return notifications_sent_.Add({{"sink", sink}});
    }
    Counter& notification_failures(const std::string& sink) {
        return notification_failures_.Add({{"sink", sink}});
    }
    Counter& notifications_refused(const std::string& sink) {
        return notifications_refused_.Add({{"sink", sink}});
    }
    Gauge& notifications_outstanding(const std::string& sink) {
        return notifications_outstanding_.Add({{"sink", sink}});
    }
    Counter& pushed_samples() { return pushed_samples_; } // By remote write, valid ones.
    Counter& pushes_refused(const std::string& reason) {  // Wholly or in part.
        return pushes_refused_.Add({{"reason", reason}});
    }
    Gauge& journal_degraded() { return journal_degraded_; } // 1 while state is not kept on disk.
    Gauge& journal_bytes() { return journal_bytes_; }
    Histogram& journal_commit_seconds() { return journal_commit_seconds_; }
    Histogram& loop_late_seconds() { return loop_late_seconds_; }
    Counter& limit_hits(const std::string& limit) { return limit_hits_.Add({{"limit", limit}}); }

private:
    template <class Metric> using Family = prometheus::Family<Metric>;

    Family<Counter>& scrapes_;
    Family<Counter>& scrape_failures_;
    Family<Counter>& page_problems_;
    Family<Counter>& pages_refused_;
    Family<Gauge>& page_bytes_;
    Family<Histogram>& scrape_seconds_;
    Family<Gauge>& samples_scraped_;
    Gauge& series_;
    Gauge& content_errors_;
    Counter& rule_evaluations_;
    Family<Counter>& rule_evaluation_failures_;
    Family<Gauge>& rule_blind_;
    Family<Gauge>& rule_alerts_left_out_;
    Histogram& rule_evaluation_seconds_;
    Family<Gauge>& alerts_;
    Family<Counter>& notifications_sent_;
    Family<Counter>& notification_failures_;
    Family<Counter>& notifications_refused_;
    Family<Gauge>& notifications_outstanding_;
    Counter& pushed_samples_;
    Family<Counter>& pushes_refused_;
    Gauge& journal_degraded_;
    Gauge& journal_bytes_;
    Histogram& journal_commit_seconds_;
    Histogram& loop_late_seconds_;
    Family<Counter>& limit_hits_;
};

} // namespace keepwatch::serve
