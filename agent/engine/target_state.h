#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "exposition/families.h"
#include "exposition/page_reader.h"
#include "model/target.h"
#include "model/time.h"

namespace keepwatch::engine {

// What is known of a target now, for people and for the rules' policies.
struct TargetState {
    TargetInfo info;
    bool scraped = false;  // At least once, with whatever outcome.
    bool up = false;       // The newest scrape gave a page that could be read to its end.
    bool partial = false;  // It lacks lines that did not parse, or much of what it used to have.
    std::string reason;    // Why it is down or partial: one line, without the target's name.
    Timestamp last_scrape; // The tick of the newest scrape.
    Duration took;
    std::size_t bytes = 0;
    std::shared_ptr<const exposition::Families> families; // Of the page; null before the first.
    exposition::PageReport report;                        // Of the newest page.
    std::size_t samples_expected = 0; // As many as there used to be, forgotten slowly.
    std::uint64_t scrapes = 0;
    std::uint64_t failures = 0; // Refused pages among them.
    std::uint64_t pages_refused = 0;
    std::uint64_t problems = 0; // Lines that did not parse.

    // Nothing may take what the page lacks for recovery. Before the first one all is unknown.
    bool hides_data() const { return !up || partial; }
};

} // namespace keepwatch::engine
