#pragma once

#include <optional>
#include <string>

#include "cli/load.h"
#include "model/time.h"

namespace keepwatch::cli {

// What the subcommands of `keepwatch sop` share; each reads what it needs.
struct SopOptions {
    Packs packs;
    std::string page;            // An SOP's id or an alert's name.
    std::string recording;       // Where `render` finds the alert and its values;
    std::optional<Timestamp> at; // the first time it fires there, or at this moment.
    bool raw = false;            // Markdown instead of text for a terminal.
    bool json = false;           // `list`: one object a line.
};

// A page as the options want it.
void print_sop(const std::string& markdown, const SopOptions& options);

// All SOPs with the alerts they are about.
int sop_list(const SopOptions& options);

// One page as it is written.
int sop_show(const SopOptions& options);

// Each page against the schema, and both directions of the link between rules and SOPs.
int sop_lint(const SopOptions& options);

// The page as whoever is paged would read it: with the labels and the value of an alert that fired
// in a recording, and an answer below each PromQL block.
int sop_render(const SopOptions& options);

} // namespace keepwatch::cli
