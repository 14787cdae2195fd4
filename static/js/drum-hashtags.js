// <drum-hashtags> in the composer's popover: what is pressed there goes into the field that the popover's button
// names in `data-into`: at the caret, or at the end of what nobody has written in yet. Without it a form does it.
class DrumHashtags extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.pop = this.closest("[popover]");
    this.written = new WeakSet();
    document.addEventListener("focusin", (event) => this.written.add(event.target), { signal });
    document.addEventListener("click", (event) => this.opened(event), { signal });
    this.addEventListener("click", (event) => this.pressed(event), { signal });
  }

  disconnectedCallback() { this.stop.abort(); }

  opened(event) {
    const button = event.target.closest(`[popovertarget="${this.pop.id}"]`);
    if (button) this.field = document.getElementById(button.dataset.into);
  }

  pressed(event) {
    const button = event.target.closest("[data-tags]");
    if (!button || !this.field) return;
    event.preventDefault();
    this.insert(button.dataset.tags.split(" "));
    this.pop.hidePopover();
    this.field.focus();
  }

  // What is there already is not said again.
  insert(tags) {
    const { field } = this;
    // A channel's own text begins as what it would have taken anyway.
    const begun = field.matches("[data-text]") && !field.value ? field.placeholder : "";
    const here = new Set((field.value || begun).toLowerCase().match(/#[\p{L}\p{N}_]+/gu));
    const missing = tags.filter((tag) => !here.has(tag.toLowerCase()));
    if (!missing.length) return;
    if (begun) field.value = begun;
    const end = field.value.length;
    const [from, to] = this.written.has(field) && !begun ? [field.selectionStart, field.selectionEnd] : [end, end];
    const apart = from && !/\s/.test(field.value[from - 1]) ? " " : "";
    const next = field.value[to] === " " ? 1 : 0;
    field.setRangeText(`${apart}${missing.join(" ")} `, from, to + next, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("drum-hashtags", DrumHashtags);
