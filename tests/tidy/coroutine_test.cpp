#include <initializer_list>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "tidy/code.h"
#include "tidy/sources.h"

// GCC 12 destroys twice what is made inside an awaiting statement by braces, by a lambda's captures
// or by a conditional, is wrong about && and ||, and cannot compile statement expressions there.
// Neither its warnings nor clang-tidy see it.
namespace keepwatch::tidy {
namespace {

constexpr auto npos = std::string_view::npos;

std::size_t last_visible(std::string_view code, std::size_t before) {
    return before == 0 ? npos : code.find_last_not_of(" \n\\", before - 1);
}

std::string_view word_ending_at(std::string_view code, std::size_t last) {
    auto first = last;
    while (first > 0 && is_word(code[first - 1]) && is_word(code[last])) --first;
    return code.substr(first, last + 1 - first);
}

// Whether the brace at `open` starts a block of statements, and not a braced initialiser.
bool opens_block(std::string_view code, std::size_t open) {
    const auto last = last_visible(code, open);
    if (last == npos || std::string_view(");:{}]").find(code[last]) != npos) return true;
    const auto word = word_ending_at(code, last);
    for (const auto* keyword : {"else", "do", "try", "const", "noexcept", "mutable", "override"})
        if (word == keyword) return true;
    // The type that follows an arrow: `-> asio::awaitable<Result<int>> {`.
    const auto type = code.find_last_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:<>,*& ", last);
    const auto arrow = code.rfind("->", last);
    return arrow != npos && type != npos && arrow >= type && arrow <= type + 1;
}

// Whether a statement ends with the brace at `close`: what follows does not continue it.
bool closes_block(std::string_view code, std::size_t close) {
    const auto next = code.find_first_not_of(" \n", close + 1);
    return next == npos || is_word(code[next]) ||
           std::string_view("{}~[#:*(").find(code[next]) != npos;
}

struct Statement {
    std::size_t begin;
    std::size_t end;
};

// Whether the parenthesis at `open` is that of `if (...)` and its like.
bool belongs_to_control(std::string_view code, std::size_t open) {
    const auto last = last_visible(code, open);
    if (last == npos) return false;
    const auto word = word_ending_at(code, last);
    return word == "if" || word == "while" || word == "for" || word == "switch";
}

std::size_t matching_open(std::string_view code, std::size_t close) {
    int depth = 0;
    for (auto at = close + 1; at-- > 0;) {
        if (std::string_view(")]}").find(code[at]) != npos) ++depth;
        if (std::string_view("([{").find(code[at]) != npos && --depth == 0) return at;
    }
    return 0;
}

// The innermost statement around the keyword; of `if (...)` and its like, what is in parentheses.
Statement statement_around(std::string_view code, std::size_t keyword) {
    std::size_t begin = keyword;
    int open_parentheses = 0; // Those around the keyword that belong to the statement.
    while (begin > 0) {
        const char c = code[begin - 1];
        if (c == ';' || (c == '}' && closes_block(code, begin - 1))) break;
        if (c == '{' && opens_block(code, begin - 1)) break;
        const bool closes = c == ')' || c == ']' || c == '}';
        const auto next = closes ? matching_open(code, begin - 1) : begin - 1;
        if ((c == '(' || c == ')') && belongs_to_control(code, next)) break;
        if (c == '(') ++open_parentheses;
        begin = next;
    }
    int depth = open_parentheses;
    auto end = keyword;
    for (; end < code.size() && code[end] != ';' && depth >= 0; ++end) {
        if (code[end] == '(') ++depth;
        if (code[end] == ')') --depth;
    }
    return {begin, end};
}

// What is wrong with a statement that awaits; empty if nothing is.
std::string_view complaint(std::string_view code, Statement statement) {
    const auto text = code.substr(statement.begin, statement.end - statement.begin);
    if (text.find('{') != npos) return "awaits beside braces or a lambda: name it a line before";
    if (text.find('?') != npos) return "awaits in a conditional: write if and else";
    if (text.find("||") != npos || text.find(" &&") != npos)
        return "awaits beside && or ||: write a statement of its own";
    const auto first = find_word(text, "co_await");
    if (find_word(text, "co_await", first + 1) != npos) return "awaits twice in one statement";
    return "";
}

Findings awaits_something_unnamed(const Source& source) {
    Findings findings;
    const auto code = code_of(source.text);
    for (auto at = find_word(code, "co_await"); at != npos;
         at = find_word(code, "co_await", at + 1)) {
        const auto what = complaint(code, statement_around(code, at));
        if (!what.empty()) findings.push_back(finding(source, at, what));
    }
    return findings;
}

// What the rule says of a function's body.
std::string verdict(std::string_view body) {
    const auto findings = awaits_something_unnamed(
        {"a.cpp", "asio::awaitable<void> f() {\n" + std::string(body) + "\n}\n"});
    return findings.empty() ? "fine" : findings.front();
}

} // namespace

TEST_CASE("tidy: what a coroutine awaits is made of named things") {
    for (const auto& found : findings_in_agent(awaits_something_unnamed)) FAIL_CHECK(found);
}

TEST_CASE("tidy: an awaiting statement with something unnamed in it is found") {
    const std::string braces = "a.cpp:2: awaits beside braces or a lambda: name it a line before";
    CHECK(verdict("co_await send(Request{1});") == braces);
    CHECK(verdict("auto x = co_await send({1, 2});") == braces);
    CHECK(verdict("auto x = join(Request{1}, co_await send());") == braces);
    CHECK(verdict("auto x = Pair{co_await send()};") == braces);
    CHECK(verdict("auto x = Pair{1}.with(co_await send());") == braces);
    CHECK(verdict("co_return Pair{co_await send()};") == braces);
    CHECK(verdict("co_await with([copy] { use(copy); });") == braces);
    CHECK(verdict("if (auto x = co_await send(Request{1}); x) {}") == braces);
    CHECK(verdict("KW_CO_TRY(auto x, co_await send(Request{1}));") == braces);
    CHECK(verdict("run([] { co_await send(Request{1}); });") == braces);

    const std::string conditional = "a.cpp:2: awaits in a conditional: write if and else";
    CHECK(verdict("auto x = c ? co_await f() : g();") == conditional);
    CHECK(verdict("auto x = co_await f(c ? 1 : 2);") == conditional);
    CHECK(verdict("auto x = (co_await f()) ? 1 : 2;") == conditional);

    const std::string logic = "a.cpp:2: awaits beside && or ||: write a statement of its own";
    CHECK(verdict("if (ready && co_await f()) {}") == logic);
    CHECK(verdict("if (ready &&\n    co_await f()) {}") == "a.cpp:3" + logic.substr(7));
    CHECK(verdict("while (co_await f() || done) {}") == logic);
    CHECK(verdict("auto x = co_await (f() || g());") == logic);

    CHECK(verdict("auto x = TRY(({ co_await f(); }));") == braces);
    CHECK(verdict("auto x = g(co_await a(), co_await b());") ==
          "a.cpp:2: awaits twice in one statement");
    CHECK(verdict("f();\n\nauto x = co_await g({});").starts_with("a.cpp:4: "));
}

TEST_CASE("tidy: an awaiting statement of named things is let through") {
    for (const auto& body : {"auto x = co_await f();",
                             "co_await f(a, b);",
                             "co_return co_await f();",
                             "const auto [error, size] = co_await stream.read(buffer, kNoThrow);",
                             "KW_CO_TRY(auto x, co_await f(g(1)));",
                             "auto&& x = co_await f();",
                             "if (c) { co_await f(); } else { co_await g(); }",
                             "if (c) co_await f();",
                             "for (;;) { auto x = co_await f(); if (!x || !y) { break; } }",
                             "if (co_await f()) { g(Request{1}); }",
                             "while (co_await f()) { g({}); }",
                             "for (auto& x : co_await f()) { g({}); }",
                             "switch (co_await f()) { case 1: break; }",
                             "Request r{1}; co_await f(std::move(r));",
                             "auto c = a ? 1 : 2; co_await f(c);",
                             "const auto g = [x] { return x; };\nauto y = co_await with(g);",
                             "try { co_await f(); } catch (const std::exception&) { g({}); }",
                             "auto g = [this]() -> asio::awaitable<void> { co_await f(); };",
                             "auto g = [this] { co_await f(); };",
                             "// co_await f({});",
                             "g(\"co_await f({})\");",
                             "my_co_await(Request{1});",
                             "g({1}); co_await f();",
                             "if (a && b) co_await f();",
                             "auto g = 1'000; co_await f('{', \"?\");",
                             "g(R\"(co_await f({}))\");",
                             "do { co_await f(); } while (a && b);",
                             "switch (x) { case 1: { co_await f(); } }"})
        CHECK_MESSAGE(verdict(body) == "fine", body);
}

} // namespace keepwatch::tidy
