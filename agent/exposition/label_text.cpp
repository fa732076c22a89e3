#include "exposition/label_text.h"

namespace keepwatch::exposition {

std::string escaped_label_value(std::string_view value) {
    std::string text;
    for (const char c : value) {
        if (c == '\\' || c == '"') text += '\\';
        if (c == '\n')
            text += "\\n";
        else
            text += c;
    }
    return text;
}

} // namespace keepwatch::exposition
