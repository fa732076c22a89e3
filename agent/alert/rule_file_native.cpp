#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "alert/params.h"
#include "alert/rule_parts.h"
#include "config/table_reader.h"
#include "promql/types.h"

// Rules in our own form: [[rule]] tables in TOML.
namespace keepwatch::alert {
namespace {

using config::Choice;
using config::StringMap;
using config::TableReader;

constexpr std::array<Choice<Scope>, 2> kScopes{
    {{"host", Scope::Host}, {"cluster", Scope::Cluster}}};
constexpr std::array<Choice<NoData>, 3> kNoData{
    {{"keep", NoData::Keep}, {"alert", NoData::Alert}, {"resolve", NoData::Resolve}}};
constexpr std::array<Choice<int>, 3> kSeverities{{{"critical", 0}, {"warning", 1}, {"info", 2}}};
constexpr std::array<Choice<int>, 1> kOnError{{{"keep", 0}}}; // Errors never end an alert.

// One [[rule]] table.
class NativeRule {
public:
    NativeRule(TableReader& table, Params& params, std::vector<Error>& errors)
        : table_(table), params_(params), errors_(errors) {}

    // Null if it had an error.
    std::shared_ptr<const Rule> read() {
        const auto errors_before = errors_.size();
        rule_.at = table_.at_table();
        const bool alerts = table_.has("alert");
        if (alerts == table_.has("record")) {
            table_.fail_at(rule_.at, "",
                           alerts ? "has both alert and record; one is wanted"
                                  : "needs alert or record, its name");
            return nullptr;
        }
        rule_.kind = alerts ? Rule::Kind::Alerting : Rule::Kind::Recording;
        table_.required(alerts ? "alert" : "record", rule_.name);
        table_.required("expr", expr_);
        compile("expr", expr_, rule_.expr);
        templated("labels", rule_.labels);
        if (alerts) read_alert();
        check_names();
        table_.finish();
        if (errors_.size() != errors_before) return nullptr;
        return std::make_shared<const Rule>(std::move(rule_));
    }

private:
    void read_alert() {
        read_duration("for", rule_.hold);
        read_duration("keep_firing_for", rule_.keep_firing);
        table_.optional("runbook", rule_.runbook).optional("scope", rule_.scope, kScopes);
        table_.optional("no_data", rule_.no_data, kNoData);
        int unused = 0;
        table_.optional("on_error", unused, kOnError);
        read_severity();
        templated("annotations", rule_.annotations);
        std::string recover;
        table_.optional("recover", recover);
        if (!recover.empty()) compile("recover", recover, rule_.recover);
        read_steps();
    }

    // Which a parameter may stand for.
    void read_duration(std::string_view key, Duration& into) {
        std::string written;
        if (table_.type_of(key) == TableReader::Type::String)
            table_.optional_or_empty(key, written);
        if (written.find("${") == std::string::npos) {
            table_.optional_or_zero(key, into);
            return;
        }
        const auto text =
            expand(key, written, [&](std::size_t offset) { return table_.inside(key, offset); });
        if (!text) return;
        const auto parsed = parse_duration(text->text());
        if (!parsed)
            return table_.fail(
                key, fmt::format("must be a duration such as \"15s\" or \"1h30m\", not {}",
                                 keepwatch::quoted(text->text())));
        into = *parsed;
    }

    // The text with the values of parameters; nothing and an error if one is not known.
    using Inside = std::function<Location(std::size_t offset)>;
    std::optional<Expansion> expand(std::string_view part, const std::string& text,
                                    const Inside& inside) {
        auto expanded = params_.expand(text);
        if (expanded) return *std::move(expanded);
        auto error = std::move(expanded).error();
        error.at = inside(error.at.column);
        add(std::move(error).within(part));
        return std::nullopt;
    }

    // Where a line and column of the expanded text were written.
    static Place place(const Expansion& expansion, const Inside& inside) {
        return [expansion, inside](std::uint32_t line, std::uint32_t column) {
            return inside(expansion.source_of(offset_of(expansion.text(), line, column)));
        };
    }

    void read_severity() {
        if (!table_.has("severity")) return;
        int chosen = 0;
        table_.optional("severity", chosen, kSeverities);
        if (has_label("severity")) {
            table_.fail("severity", "is given twice: also among labels");
            return;
        }
        const std::string word(kSeverities.at(static_cast<std::size_t>(chosen)).word);
        const Place here = [](std::uint32_t, std::uint32_t) { return Location{}; };
        if (auto label = parse_templated("severity", "severity", word, here))
            rule_.labels.push_back(std::move(*label));
    }

    bool has_label(std::string_view name) const {
        for (const auto& label : rule_.labels)
            if (label.name == name) return true;
        return false;
    }

    void read_steps() {
        table_.optional("page_steps", rule_.page_steps);
        if (rule_.page_steps.size() > kPageStepsMax)
            table_.fail("page_steps", fmt::format("has {} steps; at most {} fit a page",
                                                  rule_.page_steps.size(), kPageStepsMax));
        for (std::size_t i = 0; i < rule_.page_steps.size(); ++i) check_step(i);
    }

    void check_step(std::size_t i) {
        auto& step = rule_.page_steps[i];
        const auto at = table_.at("page_steps", i);
        auto expanded = expand("page_steps", step, [&](std::size_t) { return at; });
        if (!expanded) return;
        step = expanded->text();
        if (step.size() > kPageStepBytesMax)
            table_.fail_at(at, "page_steps",
                           fmt::format("has a step of {} bytes; at most {} are allowed",
                                       step.size(), kPageStepBytesMax));
        const Place here = [at](std::uint32_t line, std::uint32_t) {
            return line == 0 ? at : Location{};
        };
        auto parsed = parse_templated("page_steps", "", step, here);
        if (!parsed) add(std::move(parsed).error());
    }

    void compile(std::string_view key, const std::string& text, promql::ExprPtr& into) {
        if (text.empty()) return; // Absent or mistyped, and so reported.
        const Inside inside = [this, key](std::size_t offset) {
            return table_.inside(key, offset);
        };
        const auto expanded = expand(key, text, inside);
        if (!expanded) return;
        auto parsed = parse_expr(key, expanded->text(), place(*expanded, inside), {});
        if (!parsed) return add(std::move(parsed).error());
        const auto type = promql::type_of(**parsed);
        if (type != promql::ValueType::Vector && type != promql::ValueType::Scalar)
            return table_.fail(key, fmt::format("must give an instant vector or a scalar, not a {}",
                                                promql::documented_name(type)));
        into = std::move(*parsed);
    }

    void templated(std::string_view key, std::vector<TemplatedLabel>& into) {
        StringMap texts;
        table_.optional(key, texts);
        if (texts.empty()) return;
        const auto inner = table_.table(key);
        for (const auto& [name, text] : texts) {
            const auto part = fmt::format("{}.{}", key, name);
            const Inside inside = [&inner, &entry = name](std::size_t offset) {
                return inner->inside(entry, offset);
            };
            const auto expanded = expand(part, text, inside);
            if (!expanded) continue;
            auto parsed = parse_templated(part, name, expanded->text(), place(*expanded, inside));
            if (parsed)
                into.push_back(std::move(*parsed));
            else
                add(std::move(parsed).error());
        }
    }

    void check_names() {
        const bool records = rule_.kind == Rule::Kind::Recording;
        if (records && !rule_.name.empty() && !is_plain_metric_name(rule_.name))
            table_.fail("record",
                        "must be the name of a metric, not " + keepwatch::quoted(rule_.name));
        for (const auto& label : rule_.labels)
            if (!is_plain_label_name(label.name) || label.name == kNameLabel)
                table_.fail("labels",
                            fmt::format("cannot set the label {}", keepwatch::quoted(label.name)));
    }

    void add(Error error) {
        if (errors_.size() < config::kErrorsMax) errors_.push_back(std::move(error));
    }

    TableReader& table_;
    Params& params_;
    std::vector<Error>& errors_;
    std::string expr_;
    Rule rule_;
};

} // namespace

LoadedRules parse_native_rules(std::string_view text, const std::string& file_name,
                               std::span<const config::RuleParam> overrides) {
    LoadedRules loaded;
    auto document = config::Document::parse(text, file_name);
    if (!document) {
        loaded.errors.push_back(std::move(document).error());
        return loaded;
    }
    TableReader root(*document, loaded.errors);
    Group group;
    group.file = file_name;
    group.name = std::filesystem::path(file_name).stem().string();
    if (auto header = root.table("group")) {
        header->optional("name", group.name).optional("limit", group.limit);
        header->finish();
    }
    auto params = Params::read(root, group.name, overrides, loaded.errors);
    for (auto& table : root.tables("rule"))
        if (auto rule = NativeRule(table, params, loaded.errors).read())
            group.rules.push_back(std::move(rule));
    root.finish();
    loaded.packs.push_back({group.name, file_name, params.all()});
    if (!group.rules.empty()) loaded.rules.groups.push_back(std::move(group));
    return loaded;
}

} // namespace keepwatch::alert
