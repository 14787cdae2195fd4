// <drum-marking> with a button: words marked in a [data-markable] text (its channel) offer a comment on them. From
// the keyboard a text takes the focus, arrow keys choose a word, Shift more of them, Enter comments. The server
// looks for the words itself; what stands before them only says which are meant.
const MOST = 200; // As many are quoted.
const letters = (text) => [...text].length;
const of = (node) => (node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement)?.closest("[data-markable]");

class DrumMarking extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.said = this.querySelector("[role=status]");
    this.heard = new AbortController();
    const on = (name, act, more) => document.addEventListener(name, act, { signal: this.heard.signal, ...more });
    // The browser says it a moment after the marking: what is read again may come between.
    for (const name of ["selectionchange", "scroll", "htmx:beforeSwap"]) on(name, () => this.look(), { capture: true });
    on("keydown", (event) => this.press(event));
    on("htmx:afterSettle", () => this.offer());
    on("click", (event) => this.fill(event.target.closest("[data-unmark]")?.form));
    // Else the button would take the focus, and with it what is marked.
    this.button.onpointerdown = (event) => event.preventDefault();
    this.button.onclick = () => this.range && this.take();
    this.offer();
    this.look();
  }

  disconnectedCallback() {
    this.heard.abort();
    this.tell(true);
  }

  // Else what is read again would take it away (drum-calm.js).
  tell(over) {
    document.dispatchEvent(new CustomEvent(over ? "drum:unmarked" : "drum:marked"));
  }

  // Without this script nothing is done with a text that has the focus.
  offer() {
    for (const text of document.querySelectorAll("[data-markable]:not([tabindex])")) {
      text.tabIndex = 0;
      text.setAttribute("aria-describedby", this.dataset.hint);
    }
  }

  // A triple click marks up to where the next text begins.
  get range() {
    const chosen = getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return undefined;
    const range = chosen.getRangeAt(0).cloneRange();
    const text = of(range.startContainer);
    if (!text || text.closest("dialog")) return undefined;
    if (!text.contains(range.endContainer)) range.setEnd(text, text.childNodes.length);
    return range.toString().trim() ? range : undefined;
  }

  look() {
    const range = this.range;
    if (this.button.hidden === Boolean(range)) this.tell(!range);
    this.button.hidden = !range;
    if (!range) return;
    const [{ left, bottom }, room] = [range.getBoundingClientRect(), document.documentElement];
    const { offsetWidth: width, offsetHeight: height } = this.button;
    this.button.style.left = `${Math.max(8, Math.min(left, room.clientWidth - width - 8))}px`;
    this.button.style.top = `${Math.max(8, Math.min(bottom + 8, room.clientHeight - height - 8))}px`;
  }

  press(event) {
    const text = event.target;
    if (!text.matches?.("[data-markable]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = { ArrowRight: "forward", ArrowLeft: "backward" }[event.key];
    if (event.key === "Escape") getSelection().removeAllRanges();
    else if (event.key === "Enter" && this.range) this.take();
    else if (way) this.choose(text, way, event.shiftKey);
    else return;
    event.preventDefault();
  }

  choose(text, way, more) {
    const chosen = getSelection();
    if (of(chosen.anchorNode) !== text || of(chosen.focusNode) !== text) chosen.collapse(text, 0);
    else if (!more && way === "forward") chosen.collapseToEnd();
    else if (!more) chosen.collapseToStart();
    chosen.modify("extend", way, "word");
    this.said.textContent = this.range?.toString().trim() ?? "";
  }

  async take() {
    const range = this.range;
    const text = of(range.startContainer);
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const raw = range.toString();
    const near = letters(before.toString()) + letters(raw) - letters(raw.trimStart());
    const marked = [...raw.trim()].slice(0, MOST).join("").trimEnd();
    getSelection().removeAllRanges();
    this.fill(await this.form(), { marked, near, channel: text.dataset.markable });
  }

  // The comments read themselves only when somebody comes to see them.
  async form() {
    const [find, talk] = [() => document.querySelector("#comment-new form"), document.getElementById("comments")];
    if (find()) return find();
    const settled = new Promise((done) => talk.addEventListener("htmx:afterSettle", done, { once: true }));
    window.htmx.trigger(talk, "live");
    return settled.then(find);
  }

  fill(form, { marked = "", near = "", channel = "" } = {}) {
    if (!form) return;
    const said = form.querySelector("[data-marked-words]");
    for (const [name, value] of Object.entries({ marked, near, channel })) form.elements[name].value = value;
    said.querySelector("[data-words]").textContent = marked;
    said.hidden = !marked;
    if (form.elements.on) form.elements.on.value = "";
    form.elements.text.focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("drum-marking", DrumMarking);
