// What the page and the browser tell each other beside Streamlit.
//
// Reruns the page when its connection comes back: the server may be another one, or have restarted,
// and then knows nothing of this page. The rerun starts from the query parameters and the widgets.
//
// Writes the address of a page that was reached by its name in the navigation, in place of the bare
// one, which as an entry of the history would make Back lead nowhere.
//
// Closes the sidebar of a phone, which remembers that it was open and would cover the page it opens:
// once for a tab, and before anything was clicked there (`lab/screen.js` does so earlier).

const watchers = new WeakMap(); // by the element that Streamlit gives
const STATE = "data-test-connection-state";
const PHONE = 769; // px of a window below which the sidebar lies over the page
const COLLAPSE = "[data-testid=stSidebar][data-collapsed=false] [data-testid=stSidebarCollapseButton] button";

export default function ({ parentElement, setTriggerValue, data }) {
  const watcher = watchers.get(parentElement) ?? watch(parentElement);
  watcher.setTriggerValue = setTriggerValue;
  if (data?.search && data.search !== watcher.search) {
    window.history.replaceState(window.history.state, "", `${window.location.pathname}?${data.search}`);
  }
  watcher.search = data?.search;
  return () => {
    watcher.observer.disconnect();
    watchers.delete(parentElement);
  };
}

function watch(parentElement) {
  const app = document.querySelector(`[${STATE}]`);
  const watcher = { connected: true };
  watcher.observer = new MutationObserver(() => {
    const connected = app.getAttribute(STATE) === "CONNECTED";
    if (connected && !watcher.connected) watcher.setTriggerValue("back", true);
    watcher.connected = connected;
  });
  if (app) watcher.observer.observe(app, { attributeFilter: [STATE] });
  watchers.set(parentElement, watcher);
  const first = !window.uphillArrived && !window.uphillSidebarClosed;
  if (first && window.innerWidth < PHONE) document.querySelector(COLLAPSE)?.click();
  window.uphillArrived = true;
  return watcher;
}
