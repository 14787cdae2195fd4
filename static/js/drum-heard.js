// htmx lets an answer's events (HX-Trigger) begin where it was asked from. What stood there may have read itself again
// meanwhile, and what is no longer in the page nobody hears: the way back of an act would be lost. So they begin at the body.
function relay(xhr) {
  const said = xhr.getResponseHeader("HX-Trigger") ?? "";
  if (said.startsWith("{")) {
    for (const [name, detail] of Object.entries(JSON.parse(said))) window.htmx.trigger(document.body, name, detail ?? {});
  }
  if (xhr.status >= 400) window.htmx.trigger(document.body, "htmx:responseError", { xhr });
}

document.addEventListener("htmx:beforeSend", ({ detail: { elt, xhr } }) => {
  // Before htmx itself reads the answer, which may replace what asked.
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState === XMLHttpRequest.DONE && !elt.isConnected) relay(xhr);
  });
});
