PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin

# Debian's programs that the tests of several servers start
SERVERS := postgresql nginx-light openssl

.PHONY: run test check parity bench load load-class load-editors load-lesson room room-replicated soak evaluate catalogue pictures full clean

run: .venv/installed ## serve the app on http://localhost:8501
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: .venv/installed-dev check chromium servers ## everything: style, types, every test, the browser's too
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: .venv/installed-dev ## ruff, format, types; known holes of dependencies, where there is a network
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	@timeout 60 $(BIN)/pip-audit --progress-spinner off --format json --timeout 5 2>/dev/null | $(BIN)/python -m tests.audit

parity: .venv/installed-dev ## losses against Model.fit: every optimizer, loss, reduction, batch size, schedule
	PARITY=full $(BIN)/python -m pytest -n 2 --dist worksteal tests/core/training/test_parity.py \
		tests/core/interpreter/test_kinds.py

bench: .venv/installed-dev ## speed against named rivals, as ratios
	$(BIN)/python -m tests.bench.bench
	$(BIN)/python -m tests.bench.live
	$(BIN)/python -m tests.bench.pages
	$(BIN)/python -m tests.bench.picture
	$(BIN)/python -m tests.bench.slider
	$(BIN)/python -m tests.bench.answers
	$(BIN)/python -m tests.bench.poll
	$(BIN)/python -m tests.bench.data
	$(BIN)/python -m tests.bench.upload
	$(BIN)/python -m tests.bench.memory
	$(BIN)/python -m tests.bench.sweep
	$(BIN)/python -m tests.bench.doctor
	$(BIN)/python -m tests.bench.attacks

load: .venv/installed-dev ## rooms of 1 to 100 learners on a real server
	$(BIN)/python -m tests.load.load

BESIDE ?= b0b3975

PROCESSES ?= 1

room: .venv/installed-dev ## 60 and 100 learners, three times each, in turn with an earlier version: 50 minutes, alone
	$(BIN)/python -m tests.load.load --learners 60 100 --repeat 3 --beside $(BESIDE) --processes $(PROCESSES)

room-replicated: .venv/installed-dev servers ## 100 learners at two servers behind nginx, on PostgreSQL
	$(BIN)/python -m tests.load.load --learners 100 --replicated

soak: .venv/installed-dev ## 60 learners for half an hour: how memory grows
	$(BIN)/python -m tests.load.load --learners 60 --soak 30

load-class: .venv/installed-dev ## a class of 60 and of 100 on a real server: codes, pushes, answers
	$(BIN)/python -m tests.load.load --class --learners 60 100

load-editors: .venv/installed-dev ## twenty learners' curves without and beside ten who edit their own method
	$(BIN)/python -m tests.load.editors

load-lesson: .venv/installed-dev ## a lesson on thirty devices, four of them real browsers
	$(BIN)/python -m tests.load.lesson

evaluate: .venv/installed-dev ## how often prediction and diagnosis are right
	$(BIN)/python -m tests.evaluate.evaluate
	$(BIN)/python -m tests.evaluate.people
	$(BIN)/python -m tests.doctor.evaluate

catalogue: .venv/installed-dev ## the curves that the catalogue draws, after a change of an example
	$(BIN)/python -m tests.catalogue

pictures: .venv/installed-dev chromium ## the README's moving picture, taken from the running app
	$(BIN)/python -m tests.pictures

full: parity ## the lab at all sizes and for all that a link may hold, the library with the lowest and the highest releases; needs a network
	SIZES=full $(BIN)/python -m pytest tests/browser/test_one_screen.py
	EXTREMES=full $(BIN)/python -m pytest -n 2 --dist worksteal tests/pages/test_extremes.py
	$(BIN)/python -m tests.packaging.ranges

.venv/installed: requirements.txt requirements-library.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt requirements-ray.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@

.PHONY: chromium
chromium: .venv/installed-dev
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	else \
		$(BIN)/python -m playwright install chromium || \
		{ echo "The browser tests need Chromium: install it and run make test again."; exit 1; }; \
	fi

.PHONY: servers
servers:
	@{ command -v nginx || test -x /usr/sbin/nginx; } >/dev/null && \
	{ command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1 || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends $(SERVERS) >/dev/null; \
	else \
		echo "Not tested here: PostgreSQL and several servers behind nginx. Install $(SERVERS)."; \
	fi

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis
