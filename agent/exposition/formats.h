#pragma once

#include "exposition/page_intake.h"

// One function for each PageFormat: it goes through the lines of a page and hands what it finds to
// the intake.
namespace keepwatch::exposition {

// Prometheus text 0.0.4, as Prometheus's own parser takes it.
// https://prometheus.io/docs/instrumenting/exposition_formats/
// https://github.com/prometheus/prometheus/blob/main/model/textparse/promlex.l
void read_text(PageIntake& intake);

// OpenMetrics text 1.0. Exemplars are checked and passed over.
// https://prometheus.io/docs/specs/om/open_metrics_spec/
// https://github.com/prometheus/prometheus/blob/main/model/textparse/openmetricslex.l
void read_open_metrics(PageIntake& intake);

// Replies to ZooKeeper's four-letter words, each after a line `#4lw WORD`; see zookeeper_words.h.
void read_zookeeper_words(PageIntake& intake);

} // namespace keepwatch::exposition
