// What reads itself again never takes away what somebody is pressing or dragging: the click that ends a press would
// find something else in its place and be lost. While a pointer or the space bar is down, while something is dragged,
// carried or marked, and a moment after that, a reading that comes is left, and made again when there is calm. Nor does
// it take the button of an open menu: Tab finds the way into the menu from that very button.
const AFTER = 300;
const READINGS = ["live", "drum:read"];
const LASTING = ["carry", "mark"];
const down = new Set();
const late = new Set();
// The requests under way, with what their answers will replace; the readings that are older than what was done there.
const asked = new Map();
const outdated = new WeakSet();
let held = false;
let timer = 0;

function press(what) {
  down.add(what);
  held = true;
  clearTimeout(timer);
}

function calmSoon() {
  clearTimeout(timer);
  timer = setTimeout(calm, AFTER);
}

function letGo(what) {
  if (down.delete(what) && !down.size) calmSoon();
}

// Nobody heard of the end: it was over a menu of the system, or in another window. Keys carry on.
function letAllGo() {
  for (const what of [...down]) if (!LASTING.includes(what)) letGo(what);
}

function calm() {
  held = false;
  for (const element of late) {
    // An answer to somebody may have drawn it anew meanwhile, or a newer reading be on its way.
    const now = element.isConnected ? element : document.getElementById(element.id);
    if (now && !now.matches(".htmx-request")) window.htmx.trigger(now, "live");
  }
  late.clear();
  document.dispatchEvent(new CustomEvent("drum:idle"));
}

function menuIn(part) {
  return [...document.querySelectorAll("[popover]:popover-open")].some(
    (menu) => part.contains(menu) || part.querySelector(`[popovertarget="${menu.id}"]`),
  );
}

function reads({ elt, triggeringEvent }) {
  return triggeringEvent ? READINGS.includes(triggeringEvent.type) : elt.matches("[hx-trigger*='every ']");
}

// Somebody awaits what is read after an act of their own: it waits for a press alone.
function waits({ requestConfig, xhr }) {
  const { target, triggeringEvent } = requestConfig;
  if (triggeringEvent?.type === "drum:board") return down.size > 0;
  return reads(requestConfig) && (held || menuIn(target) || outdated.has(xhr));
}

const on = (names, act) => names.forEach((name) => document.addEventListener(name, act, { capture: true, passive: true }));

on(["pointerdown"], ({ button, pointerId }) => button === 0 && press(pointerId));
on(["pointerup", "pointercancel"], ({ pointerId }) => letGo(pointerId));
// A finger that moves may become the browser's own scrolling, which is the end of a pointer.
on(["touchstart"], () => press("touch"));
on(["touchend", "touchcancel"], ({ touches }) => touches.length || letGo("touch"));
on(["pointermove"], ({ pointerType, buttons }) => held && pointerType === "mouse" && !buttons && letAllGo());
// The browser's own drags end a press with pointercancel.
on(["dragstart"], () => press("drag"));
on(["dragend", "drop"], () => letGo("drag"));
on(["keydown"], ({ key }) => key === " " && press(key));
on(["keyup"], ({ key }) => letGo(key));
on(["drum:lifted"], () => press("carry"));
on(["drum:carried"], () => letGo("carry"));
on(["drum:marked"], () => press("mark"));
on(["drum:unmarked"], () => letGo("mark"));
on(["change"], ({ target }) => target.matches("select") && letAllGo());
on(["toggle"], ({ target, newState }) => {
  if (target.popover && newState === "closed" && !held) calmSoon();
});
window.addEventListener("blur", letAllGo);

// Who asked may be gone with the answer to what was asked just before: then their list is read again. Why
// they were refused stands there at once, and what comes with it in the page: htmx looks for that around who asked.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, target } = detail.requestConfig;
  const list = elt.isConnected ? elt : target.closest("[data-live]");
  if (!detail.shouldSwap || !list || (elt.isConnected && !waits(detail))) return;
  detail.shouldSwap = false;
  if (!elt.isConnected && detail.xhr.status >= 400) window.htmx.swap(target, detail.serverResponse, { swapStyle: "innerHTML" });
  else if (list.matches("[data-live]")) late.add(list);
});

document.addEventListener("htmx:beforeSend", ({ detail: { requestConfig, xhr } }) => {
  const { elt, target } = requestConfig, reading = reads(requestConfig);
  for (const [other, its] of asked) {
    if (its.target === target && its.reading !== reading) outdated.add(reading ? xhr : other);
  }
  asked.set(xhr, { target, reading });
  xhr.addEventListener("loadend", () => {
    asked.delete(xhr);
    // The answer that took its list away may know less than it does.
    if (outdated.has(xhr) && !elt.isConnected) late.add(elt);
    const overtaken = !reading || outdated.has(xhr);
    if (overtaken && late.size && !held && [...asked.values()].every((its) => its.reading)) calmSoon();
  });
});

// Lists that wait for several reasons (drum-patient.js).
document.addEventListener("drum:busy", (event) => {
  if (held || menuIn(event.target)) event.preventDefault();
});
