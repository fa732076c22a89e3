# Two commands are enough: `make demo` and `make test`. Both install what Debian 12 lacks.

JOBS := $(shell memory=$$(awk '/^MemAvailable/ { print int($$2 / 1048576) }' /proc/meminfo); \
	cores=$$(nproc); jobs=$$((memory < cores ? memory : cores)); echo $$((jobs < 1 ? 1 : jobs)))
SOURCES = $(shell git ls-files --cached --others --exclude-standard '*.h' '*.cpp')
# Where several threads meet, so that a race can be.
THREADED := serve

compile = cmake --preset $(1) >/dev/null && cmake --build --preset $(1) --parallel $(JOBS)

help: ## Lists what can be made
	@awk -F ':.*## ' '/^[a-z -]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Shows a fault become a page, in a minute; with LIVE=1 on a real Kafka
	@packaging/setup-dev $(if $(LIVE),test,build)
	@$(call compile,release) --target keepwatch
	@KEEPWATCH=build/release/keepwatch tests/demo/run $(if $(LIVE),--live)

test: ## Runs every test
	@packaging/setup-dev test
	@$(call compile,release)
	@tests/run $(if $(CI),--strict) all

build: ## Builds what is installed: build/release/keepwatch
	@packaging/setup-dev build
	@$(call compile,release) --target keepwatch

unit: ## Runs the unit tests alone
	@packaging/setup-dev build
	@$(call compile,release) --target unit_tests
	@tests/run unit

asan: ## Runs the unit tests with AddressSanitizer and UndefinedBehaviorSanitizer
clang: ## Runs the unit tests as clang compiles them
asan clang:
	@packaging/setup-dev $(if $(filter clang,$@),ci,build)
	@$(call compile,$@) --target unit_tests
	@tests/run --build build/$@ unit

tsan: ## Runs the unit tests in which threads meet with ThreadSanitizer
	@packaging/setup-dev build
	@$(call compile,tsan) --target $(THREADED:%=%_test)
	@# Without randomised addresses where that is allowed: GCC's ThreadSanitizer trips over some.
	@$$(setarch -R true 2>/dev/null && echo setarch -R) tests/run --build build/tsan unit $(THREADED)

model: ## Compares the engine with a plain model of alerts for STEPS=1000000 random steps (SEED=1)
	@packaging/setup-dev build
	@$(call compile,release) --target engine_test
	@KEEPWATCH_MODEL_STEPS=$(or $(STEPS),1000000) KEEPWATCH_MODEL_SEED=$(or $(SEED),1) \
		build/release/tests/engine_test --test-case='*plain model*'

siege: ## 10,000 alerts through faults of receivers and 1,000 crashes: is any page lost? (SEED=n)
	@packaging/setup-dev build
	@$(call compile,release) --target siege
	@build/release/tests/siege 10000 1000 $(SEED)

fuzz: ## Feeds parsers and the evaluator with odd input, each for SECONDS=60
	@packaging/setup-dev ci
	@$(call compile,fuzz)
	@tests/fuzz/run build/fuzz $(or $(SECONDS),60)

conformance: ## Asks Prometheus (3.x where there is Go) and Keepwatch the same, 20,000 random queries too
	@packaging/setup-dev test
	@$(call compile,release) --target keepwatch
	@KEEPWATCH=build/release/keepwatch tests/conformance/conformance.py --build --queries $(or $(QUERIES),20000)
	@for check in "scripts.py" "scripts.py --features default" api.py; do \
		KEEPWATCH=build/release/keepwatch tests/conformance/$$check || [ $$? -eq 77 ] || exit 1; done

bench: ## Measures Keepwatch beside Prometheus on the same pages (BENCH="--minutes 12" with rules)
	@packaging/setup-dev test
	@$(call compile,release) --target keepwatch benchmarks
	@build/release/bench/page_bench
	@tests/bench/run $(BENCH)
	@tests/bench/ranges || [ $$? -eq 77 ]

tidy: ## Reads agent/ with clang-tidy
	@packaging/setup-dev ci
	@cmake --preset clang >/dev/null
	@.ci/tidy --jobs $(JOBS) build/clang

format: ## Lays out all C++ as .clang-format says
	@packaging/setup-dev ci
	@clang-format-19 -i $(SOURCES)

format-check: ## Says what `make format` would change
	@packaging/setup-dev ci
	@clang-format-19 --dry-run --Werror $(SOURCES)

ci: ## Does all that must be green before a change is taken in
	@.ci/run

clean: ## Removes what was built
	rm -rf build

.PHONY: help demo test build unit asan clang tsan model fuzz conformance bench tidy format format-check ci clean
