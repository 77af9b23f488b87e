# Thin wrappers over the CMake presets. Each installs what it needs and is missing.
.PHONY: build demo test bench fuzz format lint sanitize clean

binary := build/release/bin/trailwarden

build:
	@tools/setup build
	@tools/compile release trailwarden

# The main job on the bundled sample: a working day of a small company with one attack in it.
demo: build
	@mkdir -p build/demo
	@$(binary) scan examples/day --format html > build/demo/report.html
	@$(binary) scan examples/day
	@echo
	@echo "The same as a page: file://$(CURDIR)/build/demo/report.html"

test:
	@tools/setup test
	@tests/run

bench: build
	@tools/setup bench
	@bench/run

# At length: FUZZ_RUNS executions of each target (tests/run does some seconds of each).
fuzz:
	@tools/setup test
	@tests/fuzz/run $(or $(FUZZ_RUNS),10000000)

sanitize:
	@tools/setup test
	@tools/compile asan-ubsan unit_tests
	@ctest --preset asan-ubsan
	@tools/compile tsan unit_tests
	@ctest --preset tsan

format:
	@tools/setup test
	@git ls-files '*.h' '*.cpp' | xargs clang-format-14 -i

lint:
	@tools/setup test
	@tools/lint

clean:
	@rm -rf build
