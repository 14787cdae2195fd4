// <drum-palette>: finds posts and pages by a few letters. ⌘K or Ctrl+K opens its dialog from anywhere; the
// focus stays in the field, arrows go through what was found, Enter opens it, with ⌘ or Ctrl in a new tab.
class DrumPalette extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.dialog = this.closest("dialog");
    this.field = this.querySelector("[role=combobox]");
    document.addEventListener("keydown", (event) => this.call(event), { signal });
    document.addEventListener("click", (event) => this.opened(event), { signal });
    this.addEventListener("keydown", (event) => this.key(event), { signal });
    this.addEventListener("htmx:afterSwap", () => this.choose(this.options[0]), { signal });
    this.addEventListener("pointermove", (event) => this.over(event), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get options() {
    return [...this.querySelectorAll("[role=option]")];
  }

  get active() {
    return this.querySelector("[data-active]");
  }

  call(event) {
    if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.dialog.dispatchEvent(new CustomEvent("drum:ask-open", { bubbles: true }));
    this.ask();
  }

  opened(event) {
    if (event.target.closest(`[data-open="${this.dialog.id}"]`)) this.ask();
  }

  // What was found before may have changed: it is asked anew, the words marked to be typed over.
  ask() {
    this.field.select();
    window.htmx.trigger(this.field, "drum:ask");
  }

  over(event) {
    const option = event.target.closest("[role=option]");
    if (option && option !== this.active) this.choose(option);
  }

  choose(option) {
    for (const other of this.options) {
      other.toggleAttribute("data-active", other === option);
      other.setAttribute("aria-selected", String(other === option));
    }
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const { options } = this;
      const at = options.indexOf(this.active) + step;
      this.choose(options[(at + options.length) % options.length]);
    } else if (event.key === "Enter" && event.target === this.field && !event.isComposing && this.active) {
      event.preventDefault();
      if (event.metaKey || event.ctrlKey) window.open(this.active.href, "_blank", "noopener");
      else this.active.click();
    }
  }
}

customElements.define("drum-palette", DrumPalette);
