// What a learner chose for how things are shown, kept by the browser where it keeps anything.

const KEY = "uphill-shown";
let kept = read();

export function remembered(name, fallback) {
  return kept[name] ?? fallback;
}

export function remember(name, value) {
  kept = { ...kept, [name]: value };
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Storage is full or forbidden: the choice holds until the page is left.
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
