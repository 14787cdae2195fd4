// What `showModal()` does, for a dialog at the end of a page with very many parts: the browser would look at the style
// of each of them again, twice, to make them inert. Here the page is hidden from readers, covered, and the focus kept
// out of it. Who wants to open a dialog asks by `drum:modal`, and calls `showModal()` where nobody has taken it.
const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
let over = null;
let last = null;
let hidden = [];

// The cover, and what the focus meets behind the last that it can go to.
const [cover, end] = ["cover", "cover-end"].map((className) => Object.assign(document.createElement("div"), { className, tabIndex: 0 }));

const stops = () => [...over.querySelectorAll(STOPS)].filter((one) => one.tabIndex >= 0 && !one.matches(":disabled") && one.checkVisibility());

function open(dialog) {
  hidden = [...document.body.children].filter((one) => one !== dialog && !one.matches("script, [aria-hidden]"));
  for (const one of hidden) one.ariaHidden = "true";
  dialog.before(cover);
  dialog.after(end);
  over = dialog;
  dialog.ariaModal = "true";
  // The gesture of a phone that leads back.
  dialog.closedBy = "closerequest";
  dialog.show();
}

function release() {
  over = last = null;
  for (const one of hidden) one.ariaHidden = null;
  hidden = [];
  cover.remove();
  end.remove();
}

document.addEventListener("drum:modal", (event) => {
  if (over || event.target.parentElement !== document.body) return;
  event.preventDefault();
  open(event.target);
});

// Before the focus goes back to where it came from, which is to be no hidden place; older browsers tell it later.
document.addEventListener("beforetoggle", ({ target, newState }) => target === over && newState === "closed" && release(), true);
// By then it may have been opened again.
document.addEventListener("close", ({ target }) => target === over && !target.open && release(), true);

function reach(stop) {
  stop?.focus();
  return document.activeElement === stop;
}

document.addEventListener("focusin", ({ target }) => {
  // One upon this one is the browser's own.
  if (!over?.open || target.closest?.(":modal")) return;
  if (over.contains(target)) last = target;
  else if (target === cover) stops().at(-1)?.focus();
  else if (target === end || !reach(last)) stops()[0]?.focus();
});

cover.addEventListener("click", () => over?.close());

// After everything else on the page, which rests while a dialog is open.
window.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !over?.open) return;
  if (over.querySelector(":popover-open") || document.querySelector(":modal")) return;
  event.preventDefault();
  over.close();
});
