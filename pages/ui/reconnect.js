// Reruns the page when its connection comes back: the server may be another one, or have restarted,
// and then knows nothing of this page. The rerun starts from the query parameters and the widgets.

const watchers = new WeakMap(); // by the element that Streamlit gives
const STATE = "data-test-connection-state";

export default function ({ parentElement, setTriggerValue }) {
  const watcher = watchers.get(parentElement) ?? watch(parentElement);
  watcher.setTriggerValue = setTriggerValue;
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
  return watcher;
}
