// A swap replaces whole parts of a page. What somebody has opened there, folded, scrolled or is at stays so; where
// part read itself again, so does what was typed and not sent, or was refused (`data-typed`). An element is known
// again by its id; one without is the same of its kind in the nearest place around it that has one.
const served = new WeakMap(); // whether a <details> was open as it came
let kept = [];
let opened = [];

const boxed = ({ type }) => type === "checkbox" || type === "radio";
const kind = (element) => [element.name, element.getAttribute("href"), boxed(element) || element.type === "submit" ? element.value : ""].join();

function alike(place, element) {
  return [...place.getElementsByTagName(element.tagName)].filter((one) => kind(one) === kind(element));
}

function around(element) {
  const near = element.parentElement?.closest("[id]");
  const places = [near, near?.parentElement?.closest("[id]")].filter(Boolean);
  return places.map((place) => [place.id, alike(place, element).indexOf(element)]);
}

function successor({ element, places }) {
  if (element.isConnected) return element;
  const own = element.id && document.getElementById(element.id);
  if (own) return own;
  const [id, nth] = places.find(([place]) => document.getElementById(place)) ?? [];
  const near = id && alike(document.getElementById(id), element)[nth];
  // What was moved or brought back stands elsewhere, and leads where it led.
  return near ?? (element.tagName === "A" ? alike(document.querySelector("main") ?? document, element)[0] : undefined);
}

function touched(field) {
  if (field.disabled || !field.name || ["hidden", "file"].includes(field.type)) return false;
  if (field.closest("[data-typed]")) return true;
  if (boxed(field)) return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
}

const ACTS = {
  open: (now, was) => { if (was && !now.open) opened.push(now); now.open = was; },
  tab: (now, was) => now.show(was),
  field: (now, { value, checked }) => Object.assign(now, boxed(now) ? { checked } : { value }),
  scroll: (now, was) => Object.assign(now, was),
  focus: (now, { start, end }) => {
    if (document.activeElement === document.body) now.focus({ preventScroll: true });
    if (document.activeElement === now && typeof start === "number") now.setSelectionRange(start, end);
  },
};

function keep(act, element, was) {
  kept.push({ act, element, places: act === "scroll" ? [] : around(element), was });
}

// The server alone knows what is to become of the fold and the fields that were sent.
function look(root, sender) {
  const fold = sender?.closest("details");
  const own = sender?.matches("[data-live]");
  for (const details of root.querySelectorAll("details")) {
    if (details !== fold && details.open !== served.get(details)) keep("open", details, details.open);
  }
  for (const tabs of root.querySelectorAll("drum-tabs")) if (tabs.current) keep("tab", tabs, tabs.current.dataset.tab);
  for (const field of own ? root.querySelectorAll("input, textarea, select") : []) {
    if (touched(field)) keep("field", field, { value: field.value, checked: field.checked });
  }
  for (const element of [root, ...root.querySelectorAll("[id]")]) {
    const { id, scrollLeft, scrollTop } = element;
    if (id && (scrollLeft || scrollTop)) keep("scroll", element, { scrollLeft, scrollTop });
  }
  const active = document.activeElement;
  if (active !== document.body && root.contains(active)) {
    keep("focus", active, { start: active.selectionStart, end: active.selectionEnd });
  }
}

function learn() {
  for (const details of document.querySelectorAll("details")) if (!served.has(details)) served.set(details, details.open);
}

function restore() {
  learn();
  for (const one of kept) {
    const now = successor(one);
    if (now && now !== one.element) ACTS[one.act](now, one.was);
  }
}

let sender = null;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  kept = [];
  sender = detail.requestConfig.elt;
  if (detail.shouldSwap) look(detail.target, sender);
});
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => look(detail.target, sender));
document.addEventListener("htmx:afterSwap", restore);
document.addEventListener("htmx:oobAfterSwap", restore);
// One answer may swap several parts; it is done with all of them when it settles. Before that htmx does not hear
// of what is opened in them.
document.addEventListener("htmx:afterSettle", () => {
  for (const details of opened) details.dispatchEvent(new Event("toggle"));
  [kept, opened] = [[], []];
});
learn();
