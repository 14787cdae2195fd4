// Single-letter shortcuts. A link says its own: `data-keys="c"` or, one after the other, `data-keys="g b"`.
// They rest while somebody types or a dialog is open. Ctrl or ⌘ with Enter sends a form with `data-quick`.
let first = "";
let timer = 0;

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable]");
}

if (!/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const mark of document.querySelectorAll("kbd[data-else]")) mark.textContent = mark.dataset.else;
}

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || event.repeat || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    document.getElementById("keys")?.dispatchEvent(new CustomEvent("drum:ask-open", { bubbles: true }));
    return;
  }
  const key = event.key.toLowerCase();
  const link = first && document.querySelector(`[data-keys="${CSS.escape(first)} ${CSS.escape(key)}"]`)
    || document.querySelector(`[data-keys="${CSS.escape(key)}"]`);
  clearTimeout(timer);
  first = "";
  if (link) {
    event.preventDefault();
    link.click();
  } else if (document.querySelector(`[data-keys^="${CSS.escape(key)} "]`)) {
    first = key;
    timer = setTimeout(() => { first = ""; }, 1200);
  }
});

document.addEventListener("keydown", (event) => {
  const form = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest?.("form[data-quick]");
  if (!form || event.repeat || event.defaultPrevented) return;
  event.preventDefault();
  form.requestSubmit();
});
