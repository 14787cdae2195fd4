// The "Move" dialog of the board and the calendar: opens when its form has been fetched, closes when it was sent.
const body = () => document.getElementById("move-dialog-body");

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = body()?.closest("dialog");
  if (!dialog || event.target !== body()) return;
  if (!dialog.open) dialog.showModal();
  body().querySelector("button:not([disabled]), input:not([type=hidden])")?.focus();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("[data-move-form] form, form[data-move-form]");
  if (!form || !event.detail.successful) return;
  form.closest("dialog")?.close();
  document.body.dispatchEvent(new CustomEvent("drum:board"));
});
