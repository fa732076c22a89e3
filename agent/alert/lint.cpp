#include "alert/lint.h"

#include <fmt/format.h>

#include "alert/expression_traits.h"
#include "promql/evaluate.h"
#include "promql/print.h"
#include "promql/selectors.h"
#include "series/archive_store.h"

namespace keepwatch::alert {
namespace {

class Lint {
public:
    explicit Lint(std::vector<Error>& findings) : findings_(findings) {}

    void look_at(const Group& group) {
        for (const auto& rule : group.rules) {
            if (rule->kind != Rule::Kind::Alerting) continue;
            rule_ = rule.get();
            look_at_condition(*rule->expr);
            if (rule->recover) look_at_recovery(*rule->recover);
            const bool native = group.manner == Group::Manner::Native;
            if (native && rule->scope == Scope::Host && !keeps_instance(*rule->expr))
                tell("its result has no label instance, and its scope is host: keep the label, or "
                     "make the scope cluster");
        }
    }

    void look_at(const LoadedRules::Pack& pack) {
        for (const auto& param : pack.params)
            if (!param.is_used)
                findings_.push_back({ErrorKind::InvalidInput,
                                     fmt::format("params.{} is used nowhere", param.name),
                                     param.at});
    }

private:
    void tell(std::string_view what) {
        findings_.push_back(
            {ErrorKind::InvalidInput, fmt::format("{}: {}", rule_->name, what), rule_->at});
    }

    void look_at_condition(const promql::Expr& expr) {
        if (const auto text = contradiction(expr); !text.empty())
            return tell(fmt::format("can never fire: nothing has all the labels of {}", text));
        if (const auto text = compared_with_itself(expr); !text.empty())
            return tell(fmt::format("compares with itself: {}", text));
        if (promql::selectors(expr).empty()) return look_at_constant(expr);
        if (!can_be_empty(expr))
            return tell("never resolves while its series exist: it compares nothing");
        if (rule_->hold.ms == 0 && hangs_on_one_scrape(expr))
            tell("fires when a single scrape fails: it needs a `for`");
    }

    void look_at_recovery(const promql::Expr& expr) {
        if (const auto text = compared_with_itself(expr); !text.empty())
            return tell(fmt::format("recover compares with itself: {}", text));
        if (promql::print(expr) == promql::print(*rule_->expr))
            return tell("can never resolve: recover is the condition itself");
        if (!can_be_empty(expr)) tell("recover always holds: it compares nothing");
    }

    // It reads no series, so what it gives now it gives always, but for the time of day.
    void look_at_constant(const promql::Expr& expr) {
        if (promql::depends_on_time(expr)) return;
        const series::ArchiveStore nothing;
        const auto value = promql::Evaluator(nothing).instant(expr, Timestamp{});
        const auto* vector = value ? std::get_if<promql::VectorValue>(&*value) : nullptr;
        const bool empty = vector != nullptr && vector->empty();
        tell(empty ? "can never fire: it is empty whatever happens"
                   : "never resolves: it reads no series");
    }

    const Rule* rule_ = nullptr;
    std::vector<Error>& findings_;
};

} // namespace

std::vector<Error> lint(const LoadedRules& loaded) {
    std::vector<Error> findings;
    Lint lint(findings);
    for (const auto& group : loaded.rules.groups) lint.look_at(group);
    for (const auto& pack : loaded.packs) lint.look_at(pack);
    return findings;
}

} // namespace keepwatch::alert
