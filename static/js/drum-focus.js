// A swap never loses the focus. htmx gives it back to what has the same id; where that is gone it goes to the
// field that was refused, else to the line (`data-line`, an id) that was decided, the next one, the one before,
// or the page.
let lines = [];
let held = false;

function all() {
  return [...document.querySelectorAll("[data-line]")];
}

function open(line) {
  return [...line.querySelectorAll("a[href], summary, button")].find((one) => one.checkVisibility());
}

// Answers overlap: of those that come while nothing has the focus, none forgets who had it.
function before({ detail }) {
  const active = document.activeElement;
  if (!detail.shouldSwap || !active || active === document.body) return;
  held = true;
  const found = all();
  const own = active.closest("[data-line]") ?? found.find((line) => line.querySelector("input[name=id]:checked"));
  const at = Math.max(0, found.indexOf(own));
  lines = own ? [...found.slice(at), ...found.slice(0, at).reverse()].map((line) => line.id) : [];
}

function settled({ detail }) {
  const refused = detail.xhr?.status === 422 && document.querySelector('#main [aria-invalid="true"]');
  if (refused) refused.focus();
  if (held && document.activeElement === document.body) {
    const line = lines.map((id) => document.getElementById(id)).find((one) => one && open(one));
    const next = line ? open(line) : document.querySelector("[data-home]") ?? document.getElementById("main");
    next?.focus({ preventScroll: true });
  }
  held = false;
}

document.addEventListener("htmx:beforeSwap", before);
document.addEventListener("htmx:afterSettle", settled);
