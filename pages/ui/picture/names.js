// The name of a chart, which says what it shows now.

import { formatNumber } from "../live_view.js";

const MOST = 6; // lines whose value is told

// Of one of the charts below the pictures; `words` say which moment it is, which lies at `place` on
// the axis of epochs.
export function nameNow({ title, shows, div }, words, place) {
  const lines = (div.data ?? []).filter(({ name, x, meta }) => name && meta?.events && x?.length);
  const told = lines.slice(0, MOST).map((line) => `${line.name} ${formatNumber(valueAt(line, place), 3)}`);
  if (lines.length > MOST) told.push(`${lines.length - MOST} more`);
  const label = [`${title}. ${shows}`, words && `${words}: ${told.join(", ")}.`].filter(Boolean).join(" ");
  if (div.getAttribute("aria-label") !== label) div.setAttribute("aria-label", label);
}

// The last value up to a place; the first where all come later.
function valueAt({ x, y }, place) {
  const after = x.findIndex((at) => at > place);
  return y[after < 0 ? y.length - 1 : Math.max(0, after - 1)];
}
