// <drum-board>: cards move between columns and lanes by pointer; M on a card opens its "Move to" form, E its edit.
// A drop is the POST of that form; the answer brings the columns as they truly are.

// Where nothing is to move, Sortable would make a layer of each card that makes way, and nobody would see it.
const still = matchMedia("(prefers-reduced-motion: reduce)");

class DrumBoard extends HTMLElement {
  connectedCallback() {
    this.lists = new Set();
    this.watch = new MutationObserver(() => this.bind());
    this.watch.observe(this, { childList: true, subtree: true });
    this.addEventListener("keydown", (event) => this.key(event));
    this.bind();
  }

  disconnectedCallback() {
    this.watch.disconnect();
    for (const list of this.lists) window.Sortable?.get(list)?.destroy();
  }

  bind() {
    if (!window.Sortable) return window.addEventListener("load", () => this.bind(), { once: true });
    for (const list of this.lists) if (!list.isConnected) this.release(list);
    for (const list of this.querySelectorAll("[data-drop]")) {
      if (this.lists.has(list)) continue;
      this.lists.add(list);
      window.Sortable.create(list, {
        group: "cards", draggable: "[data-movable]", sort: false, animation: still.matches ? 0 : 120, forceFallback: true,
        fallbackOnBody: true, fallbackTolerance: 4, delay: 180, delayOnTouchOnly: true,
        ghostClass: "is-origin", fallbackClass: "is-moving", emptyInsertThreshold: 0,
        filter: (event) => this.busy || Boolean(event.target.closest("[data-move], [data-edit], [data-answer]")), preventOnFilter: false,
        onChoose: ({ item }) => { this.origin = { list: item.parentElement, next: item.nextElementSibling }; },
        onMove: ({ to }) => this.aim(to),
        onEnd: (event) => this.dropped(event),
      });
    }
  }

  release(list) {
    this.lists.delete(list);
    window.Sortable.get(list)?.destroy();
  }

  aim(list) {
    for (const column of this.querySelectorAll(".is-target")) column.classList.remove("is-target");
    list?.closest(".column, .cell")?.classList.add("is-target");
  }

  dropped({ item, from, to }) {
    this.aim(null);
    if (from !== to) this.landed(item, this.origin, this.asks(from, to));
  }

  // All that is chosen goes along (drum-along.js), or it goes alone.
  landed(card, origin, asked) {
    const detail = { post: card, asked };
    const alone = this.dispatchEvent(new CustomEvent("drum:landing", { bubbles: true, cancelable: true, detail }));
    return this.settle(card, origin, alone ? this.move(card, asked) : detail.done);
  }

  asks(from, to) {
    const lane = to.closest("[data-lane]")?.dataset.lane;
    const asked = from.dataset.drop === to.dataset.drop ? {} : { to: to.dataset.drop };
    if (lane === from.closest("[data-lane]")?.dataset.lane) return asked;
    return { ...asked, lane, group: this.dataset.group };
  }

  move({ dataset }, values) {
    const url = values.to === "review" && !values.lane ? dataset.reviewUrl : dataset.moveUrl;
    // The toast has said that nobody answered.
    return window.htmx.ajax("POST", url, { source: document.body, swap: "none", values }).catch(() => {});
  }

  async settle(card, origin, done) {
    const link = card.querySelector(".post-card__link").id;
    this.busy = true;
    card.setAttribute("aria-busy", "true");
    await done;
    // Where the answer brought no columns they are read; a card that is still here was not moved.
    if (card.isConnected) await this.again();
    this.busy = false;
    if (card.isConnected) this.back(card, origin);
    document.getElementById(link)?.focus({ preventScroll: true });
  }

  // The board on the page: this one may have been replaced while its answer was on the way. It asks itself,
  // so that an older reading of it is given up: it would come back to a board that is gone.
  async again() {
    const source = document.getElementById(this.id);
    await window.htmx.ajax("GET", this.getAttribute("hx-get"), { source, target: source, swap: "outerHTML" }).catch(() => {});
  }

  back(card, { list, next }) {
    card.removeAttribute("aria-busy");
    list.insertBefore(card, next?.parentElement === list ? next : null);
  }

  key(event) {
    const key = event.key.toLowerCase(), name = { m: "[data-move]", e: "[data-edit]" }[key];
    const card = name && event.target.closest(".post-card"), way = card?.querySelector(name);
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!way && key === "m") document.dispatchEvent(new CustomEvent("drum:toast", { detail: { message: this.dataset.fixed, tone: "bad" } }));
    if (!way) return;
    event.preventDefault();
    way.click();
  }
}

customElements.define("drum-board", DrumBoard);
