// The predicted curve while the slider of the rate moves.

import { PREDICTED } from "./large.js";

// Moves it to what the server predicts of another rate; false where the chart has none to move.
export function movePredicted(div, { epochs, losses }) {
  const place = div.data.findIndex(({ name }) => name === PREDICTED);
  if (place < 0 || !losses.length) return false;
  Plotly.restyle(div, { x: [epochs], y: [losses] }, [place]);
  return true;
}
