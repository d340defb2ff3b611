// Behind a lost connection there may be another server, or the same one anew, which knows nothing of
// this page. Told of the connection, it runs the whole page from what the address and the knobs say.

const watched = new WeakMap();
const STATE = "data-test-connection-state";

export default function ({ parentElement, setTriggerValue }) {
  const seen = watched.get(parentElement) ?? watch(parentElement);
  seen.tell = setTriggerValue;
  return () => {
    seen.observer.disconnect();
    watched.delete(parentElement);
  };
}

function watch(parentElement) {
  const app = document.querySelector(`[${STATE}]`);
  const seen = { connected: true };
  seen.observer = new MutationObserver(() => {
    const connected = app.getAttribute(STATE) === "CONNECTED";
    if (connected && !seen.connected) seen.tell("back", true);
    seen.connected = connected;
  });
  if (app) seen.observer.observe(app, { attributeFilter: [STATE] });
  watched.set(parentElement, seen);
  return seen;
}
