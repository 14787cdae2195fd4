// htmx lets an answer's events (HX-Trigger) begin where it was asked from. What stood there may have read itself again
// meanwhile, and what is no longer in the page nobody hears: the way back of an act would be lost. So they begin at the body.
function relay(xhr, target) {
  const said = xhr.getResponseHeader("HX-Trigger") ?? "";
  if (said.startsWith("{")) {
    for (const [name, detail] of Object.entries(JSON.parse(said))) window.htmx.trigger(document.body, name, detail ?? {});
  }
  // What was refused is shown where the answer goes to, as long as that is there.
  if (failed(xhr) || (xhr.status >= 400 && !target.isConnected)) window.htmx.trigger(document.body, "htmx:responseError", { xhr });
}

const failed = ({ status }) => window.htmx.config.responseHandling.find(({ code }) => new RegExp(code).test(status))?.error;

document.addEventListener("htmx:beforeSend", ({ detail: { elt, xhr, target } }) => {
  // Before htmx itself reads the answer, which may replace what asked.
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState === XMLHttpRequest.DONE && !elt.isConnected) relay(xhr, target);
  });
});
