// Mounts a view: an object of the class that the first of `data.modules` exports by default, with
// the methods `update(data, setTriggerValue)` and `close()`. Streamlit sends this file inline at each
// mount; the modules come from a route of ours and stay in the browser's cache.

const mounts = new WeakMap(); // by the element that Streamlit gives
const RETRY = 2000; // ms from a failure to the next try: an element that does not change has no update

export default function ({ data, parentElement, setTriggerValue }) {
  if (!mounts.has(parentElement)) mounts.set(parentElement, new Mount(parentElement));
  const mount = mounts.get(parentElement);
  mount.update(data, setTriggerValue);
  return () => {
    mount.close();
    mounts.delete(parentElement);
  };
}

class Mount {
  constructor(parent) {
    this.parent = parent;
  }

  update(data, setTriggerValue) {
    this.latest = [data, setTriggerValue]; // what the view shows once its module has loaded
    if (this.view) this.view.update(...this.latest);
    else this.loading ??= this.load(data);
  }

  async load({ modules, failure }) {
    clearTimeout(this.retry);
    const urls = modules.map((path) => new URL(path, location.href)); // not relative to this blob:
    let View;
    try {
      // All at once, though they import each other: one round trip instead of two.
      [{ default: View }] = await Promise.all(urls.map((url) => import(url)));
    } catch {
      this.loading = null; // an update before the timer tries again at once
      if (this.closed) return;
      this.showFailure(failure);
      this.retry = setTimeout(() => this.update(...this.latest), RETRY);
      return;
    }
    if (this.closed) return;
    this.alert?.remove();
    this.view = new View(this.parent);
    this.view.update(...this.latest);
  }

  showFailure(text) {
    if (!text) return;
    this.alert ??= this.parent.appendChild(document.createElement("p"));
    this.alert.setAttribute("role", "alert");
    this.alert.style.cssText = "margin: 0; color: var(--st-orange-text-color)";
    this.alert.textContent = text;
  }

  close() {
    this.closed = true;
    clearTimeout(this.retry);
    this.alert?.remove();
    this.view?.close();
  }
}
