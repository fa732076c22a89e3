#include "templating/template.h"

#include <algorithm>

#include "templating/execution.h"

namespace keepwatch::templating {

struct Template::Body {
    Tree tree;
};

Result<Template> Template::parse(std::string_view text) {
    KW_TRY(auto tree, parse_tree(text));
    Template parsed;
    parsed.body_ = std::make_shared<const Body>(std::move(tree));
    return parsed;
}

Result<std::string> Template::render(const Context& context, Bounds bounds) const {
    if (!body_) return std::string();
    return execute(body_->tree, context, bounds);
}

bool Template::is_literal() const {
    if (!body_) return true;
    const auto& main = body_->tree.main;
    return body_->tree.defined.empty() &&
           std::all_of(main.begin(), main.end(),
                       [](const Statement& s) { return s.kind == Statement::Kind::Text; });
}

} // namespace keepwatch::templating
