// <drum-toast>: says what happened, offers the way back. Fed by the `drum:toast` event (HX-Trigger).
const LIFE = 7000;

class DrumToast extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    const on = (name, act) => document.addEventListener(name, act, { signal });
    for (const element of this.querySelectorAll(".toast")) this.live(element);
    on("drum:toast", (event) => this.say(event.detail));
    on("htmx:sendError", () => this.say({ message: this.dataset.offline, tone: "bad" }));
    on("htmx:timeout", () => this.say({ message: this.dataset.offline, tone: "bad" }));
    on("htmx:responseError", (event) => {
      const spoken = event.detail.xhr.getResponseHeader("HX-Trigger") ?? "";
      if (!spoken.includes("drum:toast")) this.say({ message: this.dataset.failed, tone: "bad" });
    });
    on("keydown", (event) => {
      if (event.key.toLowerCase() !== "z" || !(event.metaKey || event.ctrlKey) || event.shiftKey) return;
      if (event.target.closest("input, textarea, select, [contenteditable]")) return;
      const undo = [...this.querySelectorAll(".toast:not(.is-leaving) .toast__act")].at(-1);
      if (undo) { event.preventDefault(); undo.click(); }
    });
  }

  disconnectedCallback() { this.stop.abort(); }

  // `undo` is a URL that takes a POST; `run` a function, for elements that undo by themselves. `until` names the event
  // after which it is no longer true.
  say({ message, undo, run, until, tone = "good" }) {
    if (!message) return;
    if (tone === "good") for (const old of this.querySelectorAll('.toast[data-tone="bad"]')) this.close(old);
    const element = document.createElement("div");
    element.className = "toast";
    element.dataset.tone = tone;
    // What is signed leads back from one state: after an earlier move of the same post it is refused by now.
    const [of, signed] = (undo ?? "").split("?of=");
    if (signed) for (const old of this.querySelectorAll(`.toast[data-of="${of}"]`)) this.close(old);
    element.dataset.of = signed ? of : "";
    if (until) document.addEventListener(until, () => this.close(element), { signal: this.stop.signal, capture: true, once: true });
    const words = document.createElement("span");
    words.textContent = message;
    element.append(this.icon(tone === "good" ? "circle-check" : "circle-alert"), words);
    if (undo || run) {
      element.append(this.button("toast__act", this.dataset.undo, () => {
        if (element.matches(".is-leaving")) return;
        this.close(element);
        if (run) run();
        else window.htmx.ajax("POST", undo, { source: document.body, swap: "none" });
      }));
    }
    this.append(element);
    this.live(element);
  }

  // A toast leaves after 7 s, but not while somebody points at it or has the focus in it.
  live(element) {
    const cross = this.button("toast__x", "", () => this.close(element));
    cross.append(this.icon("x"));
    cross.setAttribute("aria-label", this.dataset.dismiss);
    element.append(cross);
    let timer = 0;
    const start = (after) => { clearTimeout(timer); timer = setTimeout(() => this.close(element), after); };
    const hold = () => clearTimeout(timer);
    element.addEventListener("pointerenter", hold);
    element.addEventListener("focusin", hold);
    element.addEventListener("pointerleave", () => start(2500));
    element.addEventListener("focusout", () => start(2500));
    if (element.dataset.tone !== "bad") start(LIFE);
    else start(LIFE * 2);
  }

  close(element) {
    element.classList.add("is-leaving");
    setTimeout(() => element.remove(), 200);
  }

  button(kind, label, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = kind;
    button.textContent = label;
    button.addEventListener("click", act);
    return button;
  }

  icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon icon--sm");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${this.dataset.icons}#i-${name}`);
    svg.append(use);
    return svg;
  }
}

customElements.define("drum-toast", DrumToast);
