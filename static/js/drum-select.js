// <drum-select>: choosing posts on the calendar, the board and the list, and the bar with what can be done with
// them. X toggles the focused post, Shift reaches from the last one, as Shift and Ctrl or Cmd with a click do;
// Shift+Enter goes to the bar, Escape chooses none. The button in the head makes every tap choose. What is
// chosen outlives a swap, also where it is shown no more. Without script: plain boxes of one form.
const chosen = new Set();
const MOST = 100;
const WRITING = "textarea, select, [contenteditable], input:not([form=selection])";

const boxOf = (target) => target.closest?.("li")?.querySelector("input[form=selection]");
const words = (text, n) => text.replace("%n", n);
// The bar has a height only while something is chosen.
const tell = ([{ target }]) => target.offsetHeight
  && document.documentElement.style.setProperty("--bar-height", `${target.offsetHeight}px`);

class DrumSelect extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.bar = new ResizeObserver(tell);
    this.bar.observe(this.form);
    const { signal } = this.stop = new AbortController();
    const on = (name, act, more) => document.addEventListener(name, act, { signal, ...more });
    on("click", (event) => this.clicked(event), { capture: true });
    // Text is not marked by Shift with a click.
    on("mousedown", (event) => event.shiftKey && boxOf(event.target) && event.preventDefault());
    on("change", ({ target }) => target.form === this.form && target.name === "id" && this.choose(target, target.checked));
    on("keydown", (event) => this.key(event));
    for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap"]) on(name, () => this.show());
    on("drum:chosen", ({ detail }) => this.acted(detail));
    this.form.addEventListener("reset", (event) => { event.preventDefault(); this.none(); });
    for (const box of this.boxes()) if (box.checked) chosen.add(box.value);
    this.show();
  }

  disconnectedCallback() { this.stop.abort(); this.bar.disconnect(); }

  boxes() { return [...document.querySelectorAll("input[name=id][form=selection]")]; }

  get chosen() { return [...chosen]; }

  get mode() { return document.documentElement.hasAttribute("data-selecting"); }

  clicked(event) {
    if (event.target.closest("[data-select-mode]")) return this.switch(!this.mode);
    const box = boxOf(event.target);
    this.reach = event.shiftKey;
    if (!box || event.target.closest(".post-pick")) return;
    if (!this.mode && !event.shiftKey && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(box, !chosen.has(box.value));
  }

  switch(on) {
    document.documentElement.toggleAttribute("data-selecting", on);
    this.show();
  }

  // With Shift everything from the last one to this one.
  choose(box, on) {
    const all = [...new Set(this.boxes().map(({ value }) => value))];
    const [from, to] = [all.indexOf(this.last), all.indexOf(box.value)].sort((a, b) => a - b);
    const some = this.reach && from >= 0 ? all.slice(from, to + 1) : [box.value];
    for (const value of some) on ? chosen.add(value) : chosen.delete(value);
    this.last = box.value;
    this.reach = false;
    this.show();
  }

  none() { chosen.clear(); this.switch(false); }

  key(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || target.closest?.(WRITING)) return;
    if (document.querySelector("dialog[open], :popover-open, [data-carrying]")) return;
    const box = boxOf(target);
    if (key.toLowerCase() === "x" && box) {
      this.reach = event.shiftKey;
      this.choose(box, !chosen.has(box.value));
    } else if (key === "Enter" && event.shiftKey && box && chosen.size) {
      this.form.querySelector("[data-count]").focus();
    } else if (key === "Escape" && (chosen.size || this.mode)) {
      if (this.contains(target)) this.post([...chosen][0])?.focus();
      this.none();
    } else return;
    event.preventDefault();
  }

  post(id) {
    return document.querySelector(`#card-link-${id}, [id^="chip-link-${id}-"], #draft-link-${id}, #agenda-link-${id}`);
  }

  // The server has done it, or taken it back.
  acted({ done, close }) {
    const [first] = chosen;
    if (done) this.none();
    if (!close) return;
    document.querySelector("#move-dialog[open]")?.close();
    if (first) this.post(first)?.focus();
  }

  show() {
    const boxes = this.boxes(), shown = new Set(boxes.map(({ value }) => value));
    for (const box of boxes) box.checked = chosen.has(box.value);
    const away = [...chosen].filter((value) => !shown.has(value));
    const kept = away.map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: "id", value }));
    this.querySelector("[data-kept]").replaceChildren(...kept);
    const { size } = chosen;
    const said = size ? [size === 1 ? this.dataset.one : words(this.dataset.many, size)] : [];
    if (away.length) said.push(words(this.dataset.hidden, away.length));
    if (size > MOST) said.push(words(this.dataset.most, MOST));
    const count = this.querySelector("[data-count]");
    if (count.textContent !== said.join(", ")) count.textContent = said.join(", ");
    for (const told of [this.form, document.documentElement]) told.toggleAttribute("data-any", size > 0);
    for (const act of this.form.querySelectorAll("[formaction]")) act.disabled = size > MOST;
    const mode = document.querySelector("[data-select-mode]");
    if (mode) { mode.hidden = false; mode.setAttribute("aria-pressed", this.mode); }
  }
}

customElements.define("drum-select", DrumSelect);
