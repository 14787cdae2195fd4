// <drum-board>: cards move between columns by pointer; M on a card opens its "Move to" form.
// A drop is the POST of that form. What the server refuses comes back as the columns truly are.
class DrumBoard extends HTMLElement {
  connectedCallback() {
    this.lists = new Set();
    this.watch = new MutationObserver(() => this.bind());
    this.watch.observe(this, { childList: true, subtree: true });
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("htmx:beforeSwap", (event) => this.wait(event));
    this.bind();
  }

  disconnectedCallback() {
    this.watch.disconnect();
    for (const list of this.lists) window.Sortable?.get(list)?.destroy();
  }

  bind() {
    if (!window.Sortable) return window.addEventListener("load", () => this.bind(), { once: true });
    for (const list of this.lists) if (!list.isConnected) this.lists.delete(list);
    for (const list of this.querySelectorAll("[data-drop]")) {
      if (this.lists.has(list)) continue;
      this.lists.add(list);
      window.Sortable.create(list, {
        group: "cards", draggable: "[data-movable]", filter: "a.post-card__move", preventOnFilter: false,
        sort: false, animation: 120, forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4,
        delay: 180, delayOnTouchOnly: true, ghostClass: "is-origin", fallbackClass: "is-moving",
        onStart: () => { this.dragging = true; },
        onMove: (event) => this.aim(event.to),
        onEnd: (event) => this.dropped(event),
      });
    }
  }

  wait(event) {
    if (event.target !== this || !this.dragging) return;
    event.detail.shouldSwap = false;
    this.missed = true;
  }

  aim(list) {
    for (const column of this.querySelectorAll(".is-target")) column.classList.remove("is-target");
    list?.closest(".column")?.classList.add("is-target");
  }

  dropped({ item, from, to }) {
    this.dragging = false;
    this.aim(null);
    if (from !== to) this.move(item, to.dataset.drop);
    else if (this.missed) this.again();
  }

  // The columns are read again in any case: a refused card goes back to where it truly is.
  move(card, column) {
    const review = column === "review";
    card.setAttribute("aria-busy", "true");
    window.htmx.ajax("POST", review ? card.dataset.reviewUrl : card.dataset.moveUrl, {
      source: card.querySelector("a"), swap: "none", values: { to: column },
    }).then(() => this.again(card.dataset.post));
  }

  again(post) {
    this.missed = false;
    this.id && window.htmx.ajax("GET", this.getAttribute("hx-get"), { target: `#${this.id}`, swap: "outerHTML" })
      .then(() => post && document.getElementById(`card-link-${post}`)?.focus({ preventScroll: true }));
  }

  key(event) {
    const card = event.target.closest("[data-movable]");
    if (!card || event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    card.querySelector("[data-move]").click();
  }
}

customElements.define("drum-board", DrumBoard);
