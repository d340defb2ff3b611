"""How soon the lab follows its slider: what the browser computes, and the curve from the server.

A real Chromium, a real server. `make bench` runs it.
"""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.app import Server, open_page
from tests.browser.conftest import ARGS, CHROMIUM

MOVES = 15
LIMITS = {"ratio": 100, "sentence": 100, "arrow": 100, "curve": 300}  # ms
# Moves the slider once; milliseconds until each of the parts shows the new rate.
MOVE = """async () => {
  const input = document.querySelector(".rate-slider input");
  const trace = (chart, name) => JSON.stringify(
    document.querySelector(`[data-chart=${chart}]`).data.find((t) => t.name === name)?.y);
  const parts = {
    ratio: () => document.querySelector(".rate-slider-ratio").textContent,
    sentence: () => document.querySelector(".sentence-words").textContent,
    arrow: () => trace("surface", "next step"),
    curve: () => trace("loss", "predicted"),
  };
  const before = Object.fromEntries(Object.entries(parts).map(([name, read]) => [name, read()]));
  const told = {};
  const began = performance.now();
  input.value = Number(input.value) - 0.03;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  while (Object.keys(told).length < 4 && performance.now() - began < 5000) {
    await new Promise(requestAnimationFrame);
    for (const [name, read] of Object.entries(parts)) {
      if (!(name in told) && read() !== before[name]) told[name] = performance.now() - began;
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 1500)); // it comes to rest
  return told;
}"""


def main() -> None:
    path = str(CHROMIUM) if CHROMIUM.exists() else None
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.start()
        try:
            browser = playwright.chromium.launch(executable_path=path, args=ARGS)
            page = open_page(browser, f"{server.address}/?lesson=healthy")
            page.get_by_role("button", name="Surface", exact=True).click()
            page.wait_for_selector("[data-chart=surface] .main-svg", state="attached")
            seen = [page.evaluate(MOVE) for _ in range(MOVES)]
            browser.close()
        finally:
            server.kill()
    for name, limit in LIMITS.items():
        told = [move[name] for move in seen if name in move]
        middle = f"{statistics.median(told):8.0f} ms" if told else "   never"
        slowest = f"{max(told):6.0f} ms" if len(told) == MOVES else " never"
        print(f"slider moved to {name:10}          {middle}  slowest {slowest}  limit {limit} ms")


if __name__ == "__main__":
    main()
