#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "templating/template.h"

using namespace keepwatch;
using templating::Context;
using templating::QueryRow;
using templating::Template;

namespace {

Context context() {
    Context c;
    c.labels = {{"instance", "broker-1"}, {"job", "kafka"}};
    c.value = 1234567.5;
    c.external_labels = {{"cluster", "eu-1"}};
    c.external_url = "https://watch.example.com/kw";
    c.now = {1'643'114'203'500};
    c.query = [](const std::string& expr) -> Result<std::vector<QueryRow>> {
        if (expr == "none") return std::vector<QueryRow>{};
        if (expr == "bad(") return Error{ErrorKind::InvalidInput, "unclosed left parenthesis"};
        return std::vector<QueryRow>{{{{"instance", "b"}, {"__value__", "str"}}, 2},
                                     {{{"instance", "a"}}, 1.5}};
    };
    return c;
}

std::string render(std::string_view text, templating::Bounds bounds = {}) {
    const auto parsed = Template::parse(text);
    if (!parsed) return "parse " + parsed.error().to_string();
    const auto rendered = parsed->render(context(), bounds);
    return rendered ? *rendered : "render " + rendered.error().to_string();
}

} // namespace

TEST_CASE("templating::Template: text without actions is given back") {
    CHECK(render("") == "");
    CHECK(render("plain } text }} with { braces") == "plain } text }} with { braces");
    CHECK(Template::parse("plain")->is_literal());
    CHECK(Template::parse("a {{/* note */}} b")->is_literal());
    CHECK_FALSE(Template::parse("{{ 1 }}")->is_literal());
    CHECK(Template().is_literal());
    CHECK(*Template().render(context()) == "");
}

TEST_CASE("templating::Template: labels and the value under both names") {
    CHECK(render("{{ $labels.instance }} {{ .Labels.job }}") == "broker-1 kafka");
    CHECK(render("{{ $value }} {{ .Value }} {{ $.Value }}") ==
          "1.2345675e+06 1.2345675e+06 1.2345675e+06");
    CHECK(render("[{{ $labels.missing }}]") == "[]");
    CHECK(render("{{ $externalLabels.cluster }} {{ .ExternalLabels.cluster }}") == "eu-1 eu-1");
    CHECK(render("{{ $externalURL }} {{ externalURL }} {{ pathPrefix }}") ==
          "https://watch.example.com/kw https://watch.example.com/kw /kw");
    CHECK(render("{{ $labels }}") == "map[instance:broker-1 job:kafka]");
    CHECK(render("{{ .Foo }}") ==
          "render 1:4: can't evaluate field Foo in type the template's data");
    CHECK(render("{{ .Labels.job.b }}") == "render 1:4: can't evaluate field b in type string");
}

TEST_CASE("templating::Template: space is trimmed where markers ask for it") {
    CHECK(render("a  {{- 1 -}}  b") == "a1b");
    CHECK(render("a \n {{- /* c */ -}} \n b") == "ab");
    CHECK(render("{{-3}}") == "-3");
    CHECK(render("{{3 -}}  x") == "3x");
    CHECK(render("{{/* c */}}x") == "x");
}

TEST_CASE("templating::Template: constants are Go's") {
    CHECK(render("{{ 1 }} {{ -1 }} {{ 0x10 }} {{ 'a' }} {{ 1e3 }} {{ 1.5 }} {{ true }}") ==
          "1 -1 16 97 1000 1.5 true");
    CHECK(render("{{ \"a\\tb\\u00e9\\x41\\\"\" }} {{ `raw\\n` }}") == "a\tb\u00e9A\" raw\\n");
    CHECK(render("{{ nil }}") == "render 1:4: nil is not a command");
}

TEST_CASE("templating::Template: control flow") {
    CHECK(render("{{ if and 1 0 }}a{{else}}b{{end}}") == "b");
    CHECK(
        render(
            "{{ if not (eq .Labels.job \"kafka\") }}1{{ else if eq 1 1 }}2{{ else }}3{{ end }}") ==
        "2");
    CHECK(render("{{ with .Labels.zz }}a{{else}}b{{end}}") == "b");
    CHECK(render("{{ with $q := .Labels.job }}{{ $q }}/{{ . }}{{ end }}") == "kafka/kafka");
    CHECK(render("{{ with \"\" }}{{ else with \"q\" }}{{.}}{{ end }}") == "q");
    CHECK(render("{{ range $k, $v := .Labels }}{{ $k }}={{ $v }};{{ end }}") ==
          "instance=broker-1;job=kafka;");
    CHECK(render("{{ range query \"none\" }}x{{ else }}nothing{{ end }}") == "nothing");
    CHECK(render("{{ range $i, $v := query \"up\" }}{{ $i }}:{{ .Value }} {{ end }}") ==
          "0:2 1:1.5 ");
    CHECK(
        render(
            "{{ range 5 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end }}"
            "{{ . }}{{ end }}") == "02");
    CHECK(render("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}") == "2");
    CHECK(render("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}") == "1");
    CHECK(render("{{ range $v := .Value }}{{ end }}") ==
          "render 1:4: range can't iterate over float64");
}

TEST_CASE("templating::Template: templates that call each other") {
    CHECK(render("{{ define \"t\" }}<{{ . }}>{{ end }}{{ template \"t\" .Value }}") ==
          "<1.2345675e+06>");
    CHECK(render("{{ block \"b\" . }}B{{ .Labels.job }}{{ end }}") == "Bkafka");
    CHECK(render("{{ define \"t\" }}{{ .arg0 }}-{{ .arg1 }}-{{ .arg2 }}{{ end }}"
                 "{{ template \"t\" (args 1 \"x\") }}") == "1-x-<no value>");
    CHECK(render("{{ template \"nope\" }}") == "render 1:4: template \"nope\" not defined");
    CHECK(render("{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}") ==
          "render 1:20: templates call each other more than 50 deep");
}

TEST_CASE("templating::Template: what is no number is greater, as in Go") {
    auto nothing = context();
    nothing.value = std::numeric_limits<double>::quiet_NaN();
    const auto rendered = [&](std::string_view text) {
        return *Template::parse(text)->render(nothing);
    };
    CHECK(rendered("{{ gt $value 1.0 }} {{ ge $value 1.0 }}") == "true true");
    CHECK(rendered("{{ lt $value 1.0 }} {{ le $value 1.0 }} {{ eq $value $value }}") ==
          "false false false");
}

TEST_CASE("templating::Template: comparison, logic and collections") {
    CHECK(render("{{ lt 1 2 }} {{ gt 1.5 1.2 }} {{ ne \"a\" \"b\" }} {{ le \"a\" \"b\" }} {{ ge 2 "
                 "2 }}") == "true true true true true");
    CHECK(render("{{ eq \"a\" \"b\" \"a\" }} {{ or 0 \"x\" }} {{ and 1 \"y\" }}") == "true x y");
    CHECK(render("{{ or true (index .Labels 1) }}") == "true"); // The rest is not looked at.
    CHECK(render("{{ gt $value 1000 }}") == "true"); // Go would refuse a float beside an integer.
    CHECK(render("{{ lt \"a\" 1 }}") ==
          "render 1:4: error calling lt: incompatible types for comparison: string and int");
    CHECK(render("{{ len .Labels }} {{ len \"abc\" }} {{ index .Labels \"job\" }} {{ slice "
                 "\"abcdef\" 1 3 }}") == "2 3 kafka bc");
    CHECK(render("{{ index \"abc\" 7 }}") ==
          "render 1:4: error calling index: index out of range: 7");
    CHECK(render("{{ len 3 }}") == "render 1:4: error calling len: len of type int");
    CHECK(render("{{ $labels.job | len }}{{ \"a\"|len }}") == "51");
    CHECK(render("{{ eq 1 }}") == "render 1:4: wrong number of args for eq: want at least 2 got 1");
    CHECK(render("{{ len }}") == "render 1:4: wrong number of args for len: want 1 got 0");
    CHECK(render("{{ \"s\" \"a\" }}") ==
          "render 1:4: can't give an argument to what is no function");
}

TEST_CASE("templating::Template: printing") {
    CHECK(render("{{ print 1 2 \"a\" 3 .Value }}") == "1 2a3 1.2345675e+06");
    CHECK(render("{{ println 1 \"b\" }}") == "1 b\n");
    CHECK(render("{{ \"a\" | printf \"%s-%s\" \"b\" }}") == "b-a");
    CHECK(render("{{ html \"<a href='x'>\" }} {{ urlquery \"a b&c\" }}") ==
          "&lt;a href=&#39;x&#39;&gt; a+b%26c");
}

TEST_CASE("templating::Template: numbers for people, as Prometheus writes them") {
    CHECK(
        render(
            "{{ humanize 1048576.0 }} {{ humanize1024 1048576.0 }} {{ humanizeDuration 135.3563 }} "
            "{{ humanizePercentage 0.959 }} {{ humanizeTimestamp 1643114203.0 }}") ==
        "1.049M 1Mi 2m 15s 95.9% 2022-01-25 12:36:43 +0000 UTC");
    CHECK(render("{{ humanize 0.0 }} {{ humanize 0.00123 }} {{ humanize -2000 }} {{ humanize "
                 "\"1500\" }}") == "0 1.23m -2k 1.5k");
    CHECK(render("{{ humanize1024 1 }} {{ humanize1024 1024 }} {{ humanize1024 -1536 }}") ==
          "1 1ki -1.5ki");
    CHECK(
        render("{{ humanizeDuration 0 }} {{ humanizeDuration 0.012 }} {{ humanizeDuration 59.9 }} "
               "{{ humanizeDuration 3661 }} {{ humanizeDuration 90061 }} {{ humanizeDuration -65 "
               "}}") == "0s 12ms 59.9s 1h 1m 1s 1d 1h 1m 1s -1m 5s");
    CHECK(
        render("{{ humanizeTimestamp 1643114203.5 }} {{ parseDuration \"2h10m15s\" }} {{ now }}") ==
        "2022-01-25 12:36:43.5 +0000 UTC 7815 1.6431142035e+09");
    CHECK(render("{{ humanize \"x\" }}") ==
          "render 1:4: error calling humanize: argument 1: expected a number; got \"x\"");
    CHECK(render("{{ parseDuration \"soon\" }}") ==
          "render 1:4: error calling parseDuration: not a valid duration string: \"soon\"");
}

TEST_CASE("templating::Template: texts") {
    CHECK(render("{{ title \"this part\" }} {{ toUpper \"aé\" }} {{ toLower \"ABC\" }}") ==
          "This Part Aé abc");
    CHECK(render("{{ title \"don't stop foo.bar a-b\" }}") == "Don't Stop Foo.bar A-B");
    CHECK(render("{{ match \"b.o\" \"xbroker\" }} {{ match \"^a$\" \"ab\" }}") == "true false");
    CHECK(render("{{ reReplaceAll \"(.*):(.*)\" \"$2/${1}x/$1x/$$\" \"host:port\" }}") ==
          "port/hostx//$");
    CHECK(render("{{ reReplaceAll \"x*\" \"-\" \"abxc\" }}") == "-a-b-c-");
    CHECK(render("{{ reReplaceAll \"(\" \"\" \"a\" }}") ==
          "render 1:4: error calling reReplaceAll: error parsing regexp \"(\": missing ): (");
    CHECK(render("{{ stripPort \"[::1]:6006\" }} {{ stripPort \"h:1\" }} {{ stripPort \"h\" }}") ==
          "::1 h h");
    CHECK(render("{{ stripDomain \"a.b.c:80\" }} {{ stripDomain \"10.0.0.1:80\" }} {{ stripDomain "
                 "\"a.b\" }}") == "a:80 10.0.0.1:80 a");
    CHECK(render("{{ graphLink \"up == 0\" }} {{ tableLink \"up\" }}") ==
          "/graph?g0.expr=up+%3D%3D+0&g0.tab=0 /graph?g0.expr=up&g0.tab=1");
    CHECK(render("{{ safeHtml \"<b>\" }} {{ urlQueryEscape \"a/b\" }}") == "<b> a%2Fb");
}

TEST_CASE("templating::Template: queries and what they answer") {
    CHECK(render("{{ with query \"up\" }}{{ . | first | label \"instance\" }} {{ . | first | value "
                 "}}{{ end }}") == "b 2");
    CHECK(render("{{ range query \"up\" | sortByLabel \"instance\" }}{{ .Labels.instance }}={{ "
                 ".Value }} {{ end }}") == "a=1.5 b=2 ");
    CHECK(render("{{ query \"up\" | first | strvalue }}") == "str");
    CHECK(render("{{ query \"none\" | first }}") ==
          "render 1:19: error calling first: first() called on vector with no elements");
    CHECK(render("{{ query \"bad(\" }}") ==
          "render 1:4: error calling query: unclosed left parenthesis");
    CHECK(*Template::parse("{{ 1 }}")->render({}) == "1");
    CHECK(Template::parse("{{ query \"up\" }}")->render({}).error().to_string() ==
          "1:4: error calling query: queries are not possible here");
}

TEST_CASE("templating::Template: what cannot be meant is refused with its place") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"{{ foo }}", "1:4: function \"foo\" not defined"},
        {"a\nbc {{ $y }}", "2:7: undefined variable \"$y\""},
        {"{{ if }}", "1:7: missing value for if"},
        {"{{ end }}", "1:4: unexpected {{end}}"},
        {"{{ else }}", "1:4: unexpected {{else}}"},
        {"x {{ if 1 }}", "1:13: unexpected end of template: {{if}} at 1:6 has no {{end}}"},
        {"{{", "1:1: unclosed action: {{ has no }}"},
        {"{{ \"a }}", "1:4: unterminated quoted string"},
        {"{{ \"a\nb\" }}", "1:4: unterminated quoted string"},
        {"{{ `a", "1:4: unterminated raw quoted string"},
        {"{{ \"\\q\" }}", "1:5: unknown escape in a quoted string"},
        {"{{ 'ab", "1:4: malformed character constant"},
        {"{{/* x }}", "1:1: unclosed comment"},
        {"{{/* x */ y }}", "1:1: comment ends before closing delimiter"},
        {"{{#}}", "1:3: unexpected \"#\" in an action"},
        {"{{ \"x\" | 3 }}", "1:10: non executable command in pipeline stage 2"},
        {"{{ break }}", "1:4: {{break}} outside {{range}}"},
        {"{{ define \"x\" }}{{ $labels }}{{ end }}", "1:20: undefined variable \"$labels\""},
        {"{{ if 1 }}{{ define \"x\" }}{{ end }}{{ end }}",
         "1:14: unexpected {{define}} inside another block"},
        {"{{ define \"x\" }}{{ end }}{{ define \"x\" }}{{ end }}",
         "1:29: template \"x\" is defined twice"},
        {"{{ template x }}", "1:13: unexpected \"x\" in template clause; expected a quoted name"},
        {"{{ block \"x\" }}{{ end }}", "1:4: missing value for block clause"},
        {"{{ range $i, $v, $w := .Labels }}{{ end }}", "1:10: too many declarations in range"},
        {"{{ if true }}{{ $z := 1 }}{{ end }}{{ $z }}", "1:39: undefined variable \"$z\""},
        {"{{ 3.x }}", "1:4: bad number syntax: \"3.x\""},
        {"{{ 1_0 }}", "1:4: bad number syntax: \"1_0\""},
        {"{{ .a. }}", "1:6: unexpected \".\" in operand"},
        {"{{ ( 1 }}", "1:4: unclosed left paren"},
        {"{{ 1 ) }}", "1:6: unexpected \")\" in command; expected }}"},
        {"{{ 1 = 2 }}", "1:6: unexpected \"=\" in operand"},
        {"{{ $value := }}", "1:14: missing value for command"},
        {"{{ \"a\"\"b\" }}", "1:7: unexpected \"b\" in operand"},
    };
    for (const auto& [text, wanted] : cases) CHECK(render(text) == "parse " + std::string(wanted));
}

TEST_CASE("templating::Template: every run is bounded") {
    CHECK(render("{{ range 10 }}{{ range 10 }}{{ end }}{{ end }}", {.steps_max = 50}) ==
          "render 1:18: more than 50 steps");
    CHECK(render("{{ range 200000 }}{{ end }}") ==
          "render 1:4: range over 200000: more than 100000 steps");
    CHECK(render("abcdef{{ 1 }}", {.output_bytes_max = 6}) ==
          "render 1:10: more than 6 bytes of output");
    CHECK(render("{{ $x := \"ab\" }}{{ range 20 }}{{ $x = print $x $x }}{{ end }}",
                 {.output_bytes_max = 1000}) == "render 1:39: more than 1000 bytes of output");
    CHECK(render("{{ reReplaceAll \"\" \"0123456789\" \"aaaa\" }}", {.output_bytes_max = 20}) ==
          "render 1:4: error calling reReplaceAll: a result of more than 20 bytes");
    const auto error = Template::parse("{{ 1 }}")->render(context(), {.steps_max = 0}).error();
    CHECK(error.kind == ErrorKind::LimitExceeded);
    std::string deep;
    for (int i = 0; i < 200; ++i) deep += "{{ if 1 }}";
    CHECK(Template::parse(deep).error().kind == ErrorKind::LimitExceeded);
    deep = "{{ ";
    for (int i = 0; i < 100'000; ++i) deep += '(';
    deep += " }}";
    CHECK(Template::parse(deep).error().kind == ErrorKind::LimitExceeded);
    CHECK(Template::parse(std::string(300'000, 'a')).error().to_string() ==
          "a template of 300000 bytes; at most 262144 are allowed");
}

TEST_CASE("templating::Template: any cut of a template ends in text or an error") {
    const std::string text =
        "a {{- if and (eq .Labels.job \"k\\u00e9\") (not 0) -}} {{ range $i, $v := "
        "query `x` }}{{ printf \"%5.2f\" $v.Value | print }}{{ else }}{{ 'c' }}{{ "
        "end }}{{ end }}{{ define \"d\" }}{{ . }}{{ end }}{{ template \"d\" 1 }}";
    for (std::size_t from = 0; from < text.size(); from += 3)
        for (std::size_t to = from; to <= text.size(); ++to) {
            const auto parsed = Template::parse(text.substr(from, to - from));
            if (parsed) (void)parsed->render(context());
        }
    CHECK(render(text) == "a1");
}
