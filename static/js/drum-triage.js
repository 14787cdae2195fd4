// <drum-triage>: choosing deliveries in a list that reads itself again. What is chosen and which logs are
// open outlive a swap; while somebody works with the chosen ones, types a time or is asked something, the list
// waits (drum-patient.js). Arrow keys walk from box to box, Enter goes to the bar with the decisions and presses
// none, Escape closes the time, then chooses none. Without script: plain boxes and buttons of one form.
const chosen = new Set();
const open = new Set();
// What somebody is in the middle of: a time that is typed, a question before a decision.
const ASKING = ".selection__time[open], .sure:popover-open";
// The bar has a height only while something is chosen.
const tell = ([{ target }]) => target.offsetHeight
  && document.documentElement.style.setProperty("--bar-height", `${target.offsetHeight}px`);

class DrumTriage extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector(".selection");
    this.bar = new ResizeObserver(tell);
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.addEventListener("toggle", (event) => this.toggled(event.target), { signal, capture: true });
    for (const log of this.querySelectorAll(".job__log")) log.open = open.has(log.id);
    if (this.form) this.choosing(signal);
  }

  choosing(signal) {
    this.addEventListener("change", (event) => this.changed(event.target), { signal });
    this.addEventListener("keydown", (event) => this.key(event), { signal });
    document.addEventListener("htmx:beforeSwap", (event) => this.decided(event), { signal });
    document.addEventListener("drum:busy", (event) => this.works() && event.preventDefault(), { signal });
    this.form.addEventListener("reset", () => this.none());
    document.addEventListener("toggle", () => this.idle(), { signal, capture: true });
    this.form.addEventListener("focusout", () => this.idle());
    const boxes = this.boxes(), here = new Set(boxes.map((box) => box.value));
    for (const value of chosen) if (!here.has(value)) chosen.delete(value);
    for (const box of boxes) box.checked = chosen.has(box.value);
    for (const all of this.querySelectorAll(".choose-all")) all.hidden = !this.boxes(all.closest(".section")).length;
    this.bar.observe(this.form);
    this.show();
  }

  disconnectedCallback() { this.stop.abort(); this.bar.disconnect(); }

  works() { return this.form.contains(document.activeElement) || document.querySelector(ASKING) !== null; }

  idle() { setTimeout(() => this.dispatchEvent(new CustomEvent("drum:idle", { bubbles: true }))); }

  decided(event) {
    const { requestConfig, xhr } = event.detail;
    if (requestConfig.verb === "post" && this.form.contains(requestConfig.elt) && xhr.status < 300) chosen.clear();
  }

  boxes(root = this) { return [...root.querySelectorAll("input[name=id]:not(:disabled)")]; }

  changed(target) {
    if (target.matches("[data-all]")) {
      for (const box of this.boxes(target.closest(".section"))) this.choose(box, target.checked);
    } else if (target.name === "id") this.choose(target, target.checked);
    this.show();
  }

  choose(box, on) {
    box.checked = on;
    if (on) chosen.add(box.value);
    else chosen.delete(box.value);
  }

  none() {
    for (const box of this.boxes()) this.choose(box, false);
    this.show();
  }

  toggled(details) {
    if (!details.matches(".job__log")) return;
    if (details.open) open.add(details.id);
    else open.delete(details.id);
  }

  // How many, and only the decisions that are open for one of them.
  show() {
    const boxes = this.boxes().filter((box) => box.checked);
    const may = new Set(boxes.flatMap((box) => box.dataset.may.split(" ")));
    const words = boxes.length === 1 ? this.dataset.one : this.dataset.many.replace("%n", boxes.length);
    this.form.querySelector("[data-count]").textContent = boxes.length ? words : "";
    document.documentElement.toggleAttribute("data-any", boxes.length > 0);
    for (const part of this.form.querySelectorAll("[data-needs]")) {
      part.hidden = !may.has(part.dataset.needs) || may.has(part.dataset.not);
    }
    const doubts = boxes.filter((box) => box.matches("[data-may~=doubt]")).length;
    this.form.querySelector("[data-doubts]").textContent =
      doubts === 1 ? this.dataset.doubt : this.dataset.doubts.replace("%n", doubts);
    if (!boxes.length) for (const time of this.form.querySelectorAll("details[open]")) time.open = false;
    for (const all of this.querySelectorAll("[data-all]")) {
      const own = this.boxes(all.closest(".section"));
      const count = own.filter((box) => box.checked).length;
      all.checked = count > 0 && count === own.length;
      all.indeterminate = count > 0 && count < own.length;
    }
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const box = event.target.name === "id" ? event.target : null;
    const time = event.target.closest(".selection__time[open]");
    if (event.key === "Escape" && document.querySelector(".sure:popover-open")) return;
    if (event.key === "Escape" && time) {
      time.open = false;
      time.querySelector("summary").focus();
    } else if (event.key === "Escape" && chosen.size) {
      this.none();
      if (!box) this.boxes()[0]?.focus();
    } else if (box && event.key === "Enter") {
      this.form.querySelector("[data-count]").focus();
    } else if (box && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const boxes = this.boxes();
      boxes[boxes.indexOf(box) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
    } else return;
    event.preventDefault();
  }
}

customElements.define("drum-triage", DrumTriage);
