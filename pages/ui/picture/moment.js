// The epoch that the charts show, told to whatever else on the page follows it.

let latest = null;

// `detail`: the run's `token`, `epoch` and `step`, whether that is `now`, and the nearest `probe`.
export function tellMoment(detail) {
  latest = detail;
  window.dispatchEvent(new CustomEvent("uphill:epoch", { detail }));
}

export function latestMoment() {
  return latest;
}
