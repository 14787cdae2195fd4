// Dialogs and popovers. `[data-open="id"]` opens a <dialog>; `<drum-dialog>` around a swapped-in <dialog>
// opens it at once and removes itself when it closes. Without script both are plain content or links.
const opener = new WeakMap();

function open(dialog, from) {
  if (!dialog || dialog.open) return;
  opener.set(dialog, from);
  if (dialog.dispatchEvent(new CustomEvent("drum:modal", { bubbles: true, cancelable: true }))) dialog.showModal();
}

// What no press on the page opens: the focus goes back by itself.
document.addEventListener("drum:ask-open", ({ target }) => open(target));

document.addEventListener("click", (event) => {
  const trigger = event.target.closest("[data-open]");
  if (trigger) {
    event.preventDefault();
    trigger.closest("[popover]")?.hidePopover();
    open(document.getElementById(trigger.dataset.open), trigger);
  }
  // A click on the backdrop, which is the dialog element itself.
  if (event.target instanceof HTMLDialogElement && !event.target.hasAttribute("data-stay")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right
      && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
  const dialog = event.target.closest("[data-close]")?.closest("dialog");
  if (dialog) {
    event.preventDefault();
    dialog.close();
  }
});

document.addEventListener("close", (event) => {
  if (!(event.target instanceof HTMLDialogElement)) return;
  const from = opener.get(event.target);
  if (from?.isConnected) from.focus();
  event.target.closest("drum-dialog")?.remove();
}, true);

// htmx listens for these: a panel that reads itself when it is opened.
document.addEventListener("toggle", (event) => {
  if (event.newState === "open") event.target.dispatchEvent(new CustomEvent("drum:open"));
}, true);

// An action chosen in a menu puts the menu away.
document.addEventListener("click", (event) => {
  const item = event.target.closest("[popover] .menu__item");
  if (item && !item.querySelector("input")) item.closest("[popover]").hidePopover();
});

class DrumDialog extends HTMLElement {
  connectedCallback() {
    open(this.querySelector("dialog"), document.activeElement);
  }
}

customElements.define("drum-dialog", DrumDialog);

// The summary of a refused form takes the focus, so that it is read first.
function announce(root) {
  root.querySelector?.("[data-focus]")?.focus();
}

document.addEventListener("htmx:afterSwap", (event) => announce(event.target));
announce(document);
