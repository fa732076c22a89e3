#pragma once

#include "exposition/line_rules.h"
#include "exposition/page_intake.h"

// How a page is gone through: each hands what it finds to the intake.
namespace keepwatch::exposition {

void read_lines(PageIntake& intake, const LineRules& rules);

// Replies to ZooKeeper's four-letter words, each after a line `#4lw WORD`; see zookeeper_words.h.
void read_zookeeper_words(PageIntake& intake);

} // namespace keepwatch::exposition
