#pragma once

#include <string>

#include "model/result.h"

namespace keepwatch::config {

// A value that an operator gives to a parameter of a rule pack, in place of the pack's own.
struct RuleParam {
    std::string pack; // The group's name.
    std::string name;
    bool is_number = false;
    std::string text; // As it is put into expressions; a number in its shortest form.
    Location at;
};

} // namespace keepwatch::config
