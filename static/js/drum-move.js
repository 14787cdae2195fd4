// The dialog of the board and the calendar, to move or edit a post: opens when its form has been fetched, closes
// when it was answered. A form that came back with errors stays open.
const body = () => document.getElementById("move-dialog-body");

// Settled: until then the form would be sent as a page of its own.
document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = body()?.closest("dialog");
  if (!dialog || event.target !== body()) return;
  dialog.dataset.called ??= dialog.ariaLabel;
  dialog.ariaLabel = body().querySelector("[data-called]")?.dataset.called ?? dialog.dataset.called;
  dialog.dispatchEvent(new CustomEvent("drum:ask-open", { bubbles: true }));
  body().querySelector("[data-focus], button:not([disabled]), input:not([type=hidden]), select, textarea")?.focus();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const sent = event.target.closest?.("[data-move-form]");
  const answer = event.detail.xhr;
  if (!sent || event.detail.requestConfig.verb !== "post" || !answer.status || answer.status >= 500) return;
  if (answer.getResponseHeader("HX-Retarget")) return;
  const { post } = sent.dataset;
  sent.closest("dialog")?.close();
  document.body.dispatchEvent(new CustomEvent("drum:board"));
  // What opened the dialog was drawn anew: the focus goes to the post, wherever it is now.
  document.querySelector(`#card-link-${post}, [id^="card-link-${post}-"], [id^="chip-link-${post}-"], #draft-link-${post}`)?.focus();
});
