#include "promql/notes.h"

#include <algorithm>

namespace keepwatch::promql {
namespace {

constexpr std::size_t kNotesMax = 100; // Of each kind; the rest would say little new.

void add_once(std::vector<std::string>& texts, std::string text) {
    if (texts.size() >= kNotesMax) return;
    if (std::find(texts.begin(), texts.end(), text) == texts.end())
        texts.push_back(std::move(text));
}

} // namespace

void Notes::warn(std::string text) {
    add_once(warnings, "PromQL warning: " + std::move(text));
}
void Notes::inform(std::string text) {
    add_once(infos, "PromQL info: " + std::move(text));
}

} // namespace keepwatch::promql
