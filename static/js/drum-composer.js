// <drum-composer> inside the composer's form: own texts per channel, which channels take part, and that no
// keystroke is lost. It tells the form `drum:typed` when something changed, and the saved mark `drum:save`
// when typing rests; htmx does the asking.
const SETTLED = 1500;

class DrumComposer extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.dirty = false;
    this.form.addEventListener("input", (event) => this.typed(event), { signal });
    this.form.addEventListener("change", (event) => this.typed(event), { signal });
    document.getElementById("title").addEventListener("input", (event) => this.typed(event), { signal });
    document.addEventListener("click", (event) => this.pressed(event), { signal });
    this.form.addEventListener("submit", (event) => this.submit(event), { signal });
    document.addEventListener("htmx:beforeRequest", (event) => this.asked(event, true), { signal });
    document.addEventListener("htmx:afterRequest", (event) => this.asked(event, false), { signal });
    document.addEventListener("htmx:afterSettle", () => this.draw(), { signal });
    window.addEventListener("beforeunload", (event) => { if (this.dirty && !this.leaving) event.preventDefault(); }, { signal });
    window.addEventListener("pageshow", () => { this.leaving = false; }, { signal });
    this.draw();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.stop.abort();
  }

  get tabs() { return this.form.querySelector("drum-tabs"); }

  typed(event) {
    const field = event.target;
    if (field.closest("[data-quiet]") || field.type === "file") return;
    this.dirty = this.since = true;
    if (field.matches("[data-pick]")) this.pick(field);
    if (field.id === "body") for (const own of this.form.querySelectorAll("[data-text]")) own.placeholder = field.value;
    if (field.matches("[data-text]")) this.mark(field);
    this.form.dispatchEvent(new CustomEvent("drum:typed"));
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.saving ? this.later() : this.save()), SETTLED);
  }

  // One at a time: the answer to a save holds the version that the next one needs.
  save() {
    this.since = false;
    document.getElementById("saved").dispatchEvent(new CustomEvent("drum:save"));
  }

  pick(box) {
    customElements.whenDefined("drum-tabs").then(() => this.tabs.allow(box.value, box.checked));
    this.form.querySelector(`[data-for="${box.value}"]`)?.toggleAttribute("data-off", !box.checked);
  }

  pressed(event) {
    const button = event.target.closest("[data-own], [data-shared]");
    if (button) this.write(button.dataset.own ?? button.dataset.shared, button.hasAttribute("data-own"));
  }

  // Its own text begins as what the channel would have taken anyway.
  write(channel, own) {
    const field = this.form.querySelector(`[data-text="${channel}"]`);
    this.tabs.show(channel);
    if (!own) field.value = "";
    else if (!field.value) field.value = field.placeholder;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  mark(field) {
    const own = field.value.trim() !== "";
    const note = this.form.querySelector(`[data-note="${field.dataset.text}"]`);
    note.querySelector("[data-when=own]").hidden = !own;
    note.querySelector("[data-when=shared]").hidden = own;
    note.querySelector("[data-shared]").hidden = !own;
    note.querySelector("[data-own]").hidden = own;
    const dot = this.tabs.list?.querySelector(`[data-tab="${field.dataset.text}"] .editor__own`);
    if (dot) dot.hidden = !own;
  }

  // A save that is under way knows the next version: the button waits for it instead of racing it.
  submit(event) {
    if (this.saving) {
      event.preventDefault();
      this.waiting = event.submitter;
      return;
    }
    if (this.leaving) event.preventDefault();
    this.leaving = true;
    setTimeout(() => { this.leaving = false; }, 4000);
  }

  asked(event, begins) {
    if (event.detail.requestConfig?.elt.id !== "saved") return;
    this.saving = begins;
    if (begins) return;
    if (event.detail.successful && !this.since) this.dirty = false;
    const submitter = this.waiting;
    if (submitter === undefined) return;
    this.waiting = undefined;
    setTimeout(() => this.form.requestSubmit(submitter), 50);
  }

  draw() {
    // On the ring, which has no id: htmx copies the style attribute of what it swaps by id, and the
    // content security policy refuses that.
    const room = document.getElementById("room");
    const share = room?.dataset.limit ? room.dataset.used / room.dataset.limit : 0;
    room?.querySelector(".counter__ring")?.style.setProperty("--p", Math.min(100, share * 100));
  }
}

customElements.define("drum-composer", DrumComposer);
