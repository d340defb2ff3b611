// A click on the loss surface: the next run starts there. A drag zooms, a double click resets.

const STILL = 4; // px that a click may move
const SECOND = 300; // ms in which another click makes it a double one

// Calls `choose` with the place that was clicked on a plot.
export function onPlaceClicked(div, choose) {
  let from = null;
  let waiting = null;
  const up = (event) => {
    window.removeEventListener("pointerup", up, true);
    if (Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > STILL) return;
    if (waiting) {
      clearTimeout(waiting);
      waiting = null;
      return;
    }
    const place = placeIn(div, event);
    waiting = setTimeout(() => {
      waiting = null;
      if (place) choose(place);
    }, SECOND);
  };
  div.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.target.closest?.(".nsewdrag")) return;
    from = event;
    window.addEventListener("pointerup", up, true); // Plotly covers the page while a button is down
  }, true);
}

// The place on the plot's axes below the pointer; null outside of them.
export function placeIn(div, { clientX, clientY }, outside = false) {
  const area = div.querySelector(".nsewdrag")?.getBoundingClientRect();
  if (!area) return null;
  const [right, up] = [(clientX - area.left) / area.width, (area.bottom - clientY) / area.height];
  if (!outside && (right < 0 || right > 1 || up < 0 || up > 1)) return null;
  const along = ([low, high], share) => low + share * (high - low);
  return [along(div.layout.xaxis.range, right), along(div.layout.yaxis.range, up)];
}
