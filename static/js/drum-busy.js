// One request per press: while a form or button waits for the server it is marked busy and does not act
// again. It keeps the focus (a disabled control would lose it), and only people's presses are held back:
// autosave goes on.
function controls(form, submitter) {
  return [submitter, form].filter(Boolean);
}

function hold(elements) {
  for (const element of elements) element.setAttribute("aria-busy", "true");
}

function release(elements) {
  for (const element of elements) element.removeAttribute("aria-busy");
}

document.addEventListener("click", (event) => {
  const busy = event.target.closest('button[aria-busy="true"], a[aria-busy="true"]');
  if (busy) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

// Plain submits: held until the next page is there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const byHtmx = form.closest("[hx-post], [hx-get], [hx-put], [hx-delete], [hx-boost]");
  if (event.defaultPrevented || byHtmx || form.method === "dialog") return;
  const held = controls(form, event.submitter);
  setTimeout(() => hold(held));
  setTimeout(() => release(held), 15000);
});

const waiting = new WeakMap();

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig, xhr } = event.detail;
  const cause = requestConfig.triggeringEvent;
  let held = [];
  if (cause?.type === "submit") held = controls(elt, cause.submitter);
  else if (cause?.type === "click" && elt.matches("button, a")) held = [elt];
  hold(held);
  waiting.set(xhr, held);
});

document.addEventListener("htmx:afterRequest", (event) => {
  release(waiting.get(event.detail.xhr) ?? []);
});

// Back from the next page: the browser may show this one as it was left.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) release(document.querySelectorAll('[aria-busy="true"]'));
});
