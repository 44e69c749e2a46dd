# Everything a person types. `make run` and `make test` work on a bare Debian 12: `deps` installs what is missing.
SHELL := /bin/bash
JOBS ?= $(shell nproc)
BUILD := build
STAMP := .cache/deps.stamp

.PHONY: help deps configure build run test e2e bench asan tsan fuzz clang format tidy clean

help: ## show the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  \1\t/' | expand -t 12

deps: $(STAMP) ## install what is missing, through apt

$(STAMP): .ci/deps
	@.ci/deps
	@mkdir -p .cache && touch $@

configure: deps
	@cmake --preset release > .cache/configure.log 2>&1 || { cat .cache/configure.log; exit 1; }

build: configure ## build build/wend and the tests
	@cmake --build $(BUILD) -j $(JOBS)

run: configure ## build, replay a synthetic shop log through the durable engine, show what was sent and why
	@cmake --build $(BUILD) -j $(JOBS) --target wend
	@examples/shop/run.sh $(BUILD)/wend

test: build ## unit tests, conformance, fuzz smoke, end-to-end tests
	@cd $(BUILD) && ctest --output-on-failure -j $(JOBS)

e2e: build ## only the end-to-end tests
	@cd $(BUILD) && ctest --output-on-failure -L e2e

bench: build ## the measurements of docs/performance.md
	@tests/bench/run.py --build $(BUILD)

asan: deps ## tests under address and undefined behaviour sanitizers
	@cmake --preset asan > .cache/configure-asan.log 2>&1 || { cat .cache/configure-asan.log; exit 1; }
	@cmake --build build-asan -j $(JOBS)
	@cd build-asan && ctest --output-on-failure -j $(JOBS) -LE e2e

tsan: deps ## tests under the thread sanitizer
	@cmake --preset tsan > .cache/configure-tsan.log 2>&1 || { cat .cache/configure-tsan.log; exit 1; }
	@cmake --build build-tsan -j $(JOBS)
	@cd build-tsan && ctest --output-on-failure -j $(JOBS) -LE e2e

clang: deps ## build everything with clang, warnings are errors
	@cmake --preset clang > .cache/configure-clang.log 2>&1 || { cat .cache/configure-clang.log; exit 1; }
	@cmake --build build-clang -j $(JOBS)

format: ## apply .clang-format to own code
	@git ls-files '*.h' '*.cc' | xargs clang-format -i

tidy: build ## clang-tidy over own code
	@git ls-files 'vm/*.cc' 'compiler/*.cc' | xargs -n 8 -P $(JOBS) clang-tidy -p $(BUILD) --quiet

clean: ## remove what was built
	@rm -rf build build-asan build-tsan build-clang .cache
