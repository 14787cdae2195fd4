// <drum-peek>: a post at a glance, beside its chip on the calendar or in the drawer. A pointer that rests on the
// chip brings it, or the focus when Tab or an arrow key led there; it stays while the pointer is on either, and
// Escape, a press or another key puts it away. Fingers open the post itself.
const REST = 400;
const LEAVE = 200;
const SOON = 150;
const ABOUT = ".post-chip, .draft";
const KEYS = new Set(["Tab", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Enter"]);

class DrumPeek extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    const on = (name, act, more) => document.addEventListener(name, act, { signal, ...more });
    on("pointerover", (event) => event.pointerType === "mouse" && this.over(event));
    on("pointerdown", () => this.away());
    on("keydown", (event) => this.key(event), { capture: true });
    on("focusin", ({ target }) => performance.now() - this.walked < SOON && target.matches(`:is(${ABOUT}) > a[id]`) && this.wait(target.closest(ABOUT), "key"));
    on("focusout", () => this.by === "key" && this.away());
    on("scroll", ({ target }) => target !== this && this.scrolled(), { capture: true, passive: true });
    on("htmx:afterSettle", () => this.about && !this.about.isConnected && this.renew());
  }

  disconnectedCallback() { this.stop.abort(); }

  over({ target, buttons }) {
    const about = target.closest?.(ABOUT);
    // A page that scrolls under a pointer at rest is not pointed at.
    if (buttons || this.by === "key") return;
    clearTimeout(this.leaving);
    if (this.contains(target) || (about && about === this.about)) return;
    if (about) this.wait(about, "pointer");
    else if (this.about) this.leaving = setTimeout(() => this.away(), LEAVE);
  }

  // Away with it, and with nothing else: what is chosen stays chosen.
  key(event) {
    this.walked = KEYS.has(event.key) ? performance.now() : -SOON;
    if (event.key === "Escape" && !this.hidden) event.stopPropagation();
    if (!event.key.startsWith("Control") && !event.key.startsWith("Shift")) this.away();
  }

  // What takes the focus is scrolled to first: it goes along. From under a pointer it goes away.
  scrolled() {
    if (this.by !== "key") this.away();
    else if (!this.hidden) this.place(this.about.getBoundingClientRect());
  }

  // A live reading drew the chip anew.
  renew() {
    const about = document.getElementById(this.about.id);
    if (!about) return this.away();
    Object.assign(this, { about, link: about.querySelector("a[id]") });
    if (!this.hidden) this.tell();
  }

  wait(about, by) {
    this.away();
    const link = about.querySelector("a[id]");
    const id = /^(?:chip|draft)-link-(\d+)/.exec(link?.id)?.[1];
    if (!id || document.querySelector("[data-carrying], dialog[open]")) return;
    Object.assign(this, { about, by, link });
    this.resting = setTimeout(() => this.ask(this.dataset.url.replace("/0/", `/${id}/`)), REST);
  }

  async ask(url) {
    const asked = this.asked = {};
    const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    const text = answer?.ok && await answer.text();
    if (text && asked === this.asked && this.about.isConnected) this.show(text);
  }

  show(text) {
    this.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    this.dataset.by = this.by;
    this.hidden = false;
    this.tell();
    this.place(this.about.getBoundingClientRect());
  }

  tell() {
    // The browser's own tip would say the same again.
    this.link.removeAttribute("title");
    this.link.setAttribute("aria-describedby", this.id);
  }

  // Beside it where there is room, never over it.
  place({ top, bottom, left, right }) {
    const [width, height] = [this.offsetWidth, this.offsetHeight];
    const beside = right + width + 12 < innerWidth ? right + 4 : left - width - 4;
    const under = beside < 4;
    const x = under ? Math.min(left, innerWidth - width - 4) : beside;
    const y = under && bottom + height + 4 > innerHeight ? top - height - 4 : under ? bottom + 4 : top;
    this.style.left = `${Math.max(4, x)}px`;
    this.style.top = `${Math.max(4, Math.min(y, innerHeight - height - 4))}px`;
  }

  away() {
    clearTimeout(this.resting);
    clearTimeout(this.leaving);
    this.link?.removeAttribute("aria-describedby");
    this.about = this.link = this.by = this.asked = null;
    this.hidden = true;
  }
}

customElements.define("drum-peek", DrumPeek);
