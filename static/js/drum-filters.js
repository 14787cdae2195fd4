// <drum-filters>: the form above the calendar, the board and the list asks by itself, as its boxes are ticked
// and words are typed. The chips below untick a box: what was chosen has one place, the form.
const PAUSE = 300;
const touched = matchMedia("(pointer: coarse)");

class DrumFilters extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.addEventListener("change", ({ target }) => target.form === this.form && target.name && target.name !== "q" && this.ask());
    this.addEventListener("input", (event) => this.typed(event.target));
    this.addEventListener("keydown", (event) => event.key === "Enter" && event.target.matches("[data-find]") && event.preventDefault());
    this.addEventListener("htmx:afterSettle", (event) => this.opened(event.target));
    document.addEventListener("click", (event) => this.clicked(event), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  get form() {
    return this.querySelector("form");
  }

  ask() {
    clearTimeout(this.timer);
    this.count();
    this.form.dispatchEvent(new CustomEvent("drum:filter"));
  }

  typed(field) {
    if (field.matches("[data-find]")) return this.find(field);
    if (field !== this.form.elements.q) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  // What a picker has is all here: typing hides the rest.
  find(field) {
    const words = field.value.trim().toLowerCase();
    for (const line of field.closest("[popover]").querySelectorAll("li")) {
      line.hidden = !line.textContent.toLowerCase().includes(words);
    }
  }

  // On a touch screen a keyboard would come up over the list.
  opened(list) {
    if (!touched.matches) list.querySelector("[data-find]")?.focus();
  }

  clicked(event) {
    const link = event.target.closest("[data-unpick], [data-unpick-all]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { unpick, value } = link.dataset;
    for (const box of this.form.querySelectorAll("input:checked")) {
      if (!unpick || (box.name === unpick && box.value === value)) box.checked = false;
    }
    if (!unpick || unpick === "q") this.form.elements.q.value = "";
    const next = touched.matches ? this.form.querySelector("#filter-all") : this.form.elements.q;
    next.focus({ preventScroll: true });
    this.ask();
  }

  count() {
    for (const picker of this.form.querySelectorAll("[popover]")) {
      const button = this.form.querySelector(`[popovertarget="${CSS.escape(picker.id)}"]`);
      const many = picker.querySelectorAll("input:checked").length;
      button.toggleAttribute("data-on", many > 0);
      button.querySelector("[data-count]").textContent = many || "";
    }
  }
}

customElements.define("drum-filters", DrumFilters);
