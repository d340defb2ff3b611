// The lab's keys. Each presses a button of the page, the first of its list that can be pressed, so
// that a key does what the button does and nothing where that is disabled. Streamlit's own shortcuts
// know no punctuation.

const KEYS = {
  t: ["pause", "train"],
  ".": ["step"],
  ">": ["epoch"],
  0: ["start_again"],
};
const NARROW = 900; // px of a window below which the knobs begin behind their button
const LETTERLESS = new Set(["range", "button", "checkbox", "radio", "submit", "reset", "file"]);
const TYPING = "textarea, select, [contenteditable=true], [role=textbox], [role=combobox], [role=listbox], [role=menu], [role=grid], canvas";

export default class LabScreen {
  constructor() {
    this.onKeyDown = (event) => this.press(event);
    document.addEventListener("keydown", this.onKeyDown);
    closeSidebar();
  }

  update() {}

  press(event) {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const names = KEYS[event.key.toLowerCase()];
    if (!names || takesLetters(document.activeElement) || document.querySelector("[role=dialog]")) return;
    const buttons = names.map((name) => document.querySelector(`.st-key-${name} button`));
    const button = buttons.find((found) => found && !found.disabled);
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  close() {
    document.removeEventListener("keydown", this.onKeyDown);
  }
}

function takesLetters(focused) {
  if (!focused) return false;
  if (focused.tagName === "INPUT") return !LETTERLESS.has(focused.type) || focused.matches(TYPING);
  return focused.closest(TYPING) !== null;
}

// Streamlit closes it by itself on a phone alone. Once for a tab: who opens it wants it open.
function closeSidebar() {
  if (window.innerWidth >= NARROW || window.uphillSidebarClosed) return;
  const open = document.querySelector("[data-testid=stSidebar][aria-expanded=true]");
  if (!open) return;
  window.uphillSidebarClosed = true;
  document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}
