// A list that reads itself again (`data-patient`, on `drum:again`) does so every two seconds at most, sees the
// last change all the same, and waits while an answer to somebody is awaited: the answer finds the list as it
// was when they asked. `drum:busy` asks whether there is another reason to wait; whoever cancels it says
// `drum:idle` when there is none any more.
const PAUSE = 2000;
const awaited = new Set();
let lastRead = 0;
let timer = 0;
let due = false;

function list() {
  return document.querySelector("[data-patient]");
}

function readSoon() {
  due = true;
  clearTimeout(timer);
  timer = setTimeout(() => {
    lastRead = Date.now();
    window.htmx.trigger(list(), "drum:again");
  }, Math.max(0, lastRead + PAUSE - Date.now()));
}

function byItself({ elt, triggeringEvent }) {
  return elt.matches("[data-patient]") && triggeringEvent?.type === "drum:again";
}

function busy() {
  return awaited.size > 0 || !list().dispatchEvent(new CustomEvent("drum:busy", { bubbles: true, cancelable: true }));
}

function readIfDue() {
  if (due && list() && !busy()) readSoon();
}

document.addEventListener("live", (event) => {
  if (event.target.matches("[data-patient]")) readSoon();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const { requestConfig, xhr } = event.detail;
  const { elt, target } = requestConfig;
  // Nobody looks at a hidden page.
  if (document.hidden && elt.matches("[data-pulse]")) return event.preventDefault();
  if (byItself(requestConfig)) {
    due = false;
    // Nobody waits for what a list was told that is not there any more.
    elt.addEventListener("htmx:beforeOnLoad", (loaded) => elt.isConnected || loaded.preventDefault());
  } else if (target?.matches("[data-patient]") || elt.closest("[data-patient]")) awaited.add(xhr);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!byItself(event.detail.requestConfig) || !busy()) return;
  event.detail.shouldSwap = false;
  due = true;
});

// The element that asked may be gone with the swap, and its events with it.
document.addEventListener("htmx:beforeSend", (event) => {
  const { xhr } = event.detail;
  xhr.addEventListener("loadend", () => setTimeout(() => awaited.delete(xhr) && readIfDue()));
});

document.addEventListener("drum:idle", readIfDue);
