// <drum-presence>: while the page is looked at it says so every 20 seconds, by htmx's `drum:here`; the answer
// names who else has it open. Whoever hides or leaves the page falls silent, and is gone a moment later.
const BEAT = 20000;
// A beat that gets no answer is nobody's trouble: the next one asks again.
const UNANSWERED = ["htmx:sendError", "htmx:timeout", "htmx:responseError"];

class DrumPresence extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    document.addEventListener("visibilitychange", () => this.beat(), { signal: this.stop.signal });
    this.timer = setInterval(() => this.beat(), BEAT);
    for (const name of UNANSWERED) {
      this.addEventListener(name, (event) => event.stopPropagation(), { signal: this.stop.signal });
    }
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.stop.abort();
  }

  beat() {
    if (!document.hidden) this.dispatchEvent(new CustomEvent("drum:here"));
  }
}

customElements.define("drum-presence", DrumPresence);
