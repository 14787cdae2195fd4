// <drum-calendar>: posts move between days or hours and the drawer, by pointer here and by keyboard in <drum-carry>.
// Every move is the POST of the post's own "Move" form; the answer brings what changed as it truly is.
class DrumCalendar extends HTMLElement {
  connectedCallback() {
    this.lists = new Set();
    this.watch = new MutationObserver(() => this.bind());
    this.watch.observe(this, { childList: true, subtree: true });
    this.addEventListener("htmx:beforeSwap", (event) => this.wait(event));
    this.addEventListener("drum:carried", ({ detail }) => this.landed(detail));
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
        group: "posts", draggable: "[data-movable]", sort: false, animation: 120, forceFallback: true,
        fallbackOnBody: true, fallbackTolerance: 4, delay: 180, delayOnTouchOnly: true,
        ghostClass: "is-origin", fallbackClass: "is-moving", emptyInsertThreshold: 0,
        filter: () => this.busy || this.hasAttribute("data-carrying"), preventOnFilter: false,
        onChoose: ({ item }) => { this.origin = { list: item.parentElement, next: item.nextElementSibling }; },
        onUnchoose: () => queueMicrotask(() => this.released()),
        onMove: ({ to }) => this.aim(to),
        onEnd: (event) => this.dropped(event),
      });
    }
  }

  release(list) {
    this.lists.delete(list);
    window.Sortable.get(list)?.destroy();
  }

  // Somebody else's change may arrive while a post is held: it is read again afterwards.
  wait(event) {
    if (event.target !== this || !(this.origin || this.hasAttribute("data-carrying"))) return;
    event.detail.shouldSwap = false;
    this.missed = true;
  }

  zone(list) {
    return list?.closest("[data-date]");
  }

  aim(list) {
    for (const zone of this.querySelectorAll(".is-target")) zone.classList.remove("is-target");
    this.zone(list)?.classList.add("is-target");
  }

  dropped({ item, from, to }) {
    const { origin } = this;
    this.origin = null;
    this.aim(null);
    this.landed({ post: item, origin, zone: from === to ? null : this.zone(to) });
  }

  // Pressed and let go without a drag.
  released() {
    if (!this.origin) return;
    this.origin = null;
    this.settle();
  }

  landed({ post, origin, zone }) {
    if (zone) this.move(post, origin, zone);
    else this.settle();
  }

  async move(post, origin, zone) {
    const { post: id, moveUrl } = post.dataset;
    const { date, time = "" } = zone.dataset;
    const { view, period } = this.dataset;
    this.busy = true;
    post.setAttribute("aria-busy", "true");
    await window.htmx.ajax("POST", moveUrl, {
      source: document.body, swap: "none",
      // On another day what was dragged keeps its time, at another hour its minute; what else the post sends, its distance.
      values: { day: date, time: time && this.at(post, time), of: date && (post.dataset.at ?? ""), [view]: period },
    }).catch(() => {}); // the toast has said that nobody answered
    this.busy = false;
    // The answer draws both places anew. A post that is still here was not moved.
    if (post.isConnected) this.back(post, origin);
    const place = date.replaceAll("-", "") + (time && `T${time.slice(0, 2)}`);
    const link = document.querySelector(`[id^="chip-link-${id}-${place}"]`)
      ?? document.querySelector(`[id^="chip-link-${id}-"], #draft-link-${id}`)
      ?? document.getElementById(zone.id);
    link?.focus({ preventScroll: true });
    this.settle();
  }

  at(post, time) {
    const { minute } = post.dataset;
    return minute ? `${time.slice(0, 2)}:${minute}` : time;
  }

  back(post, { list, next }) {
    post.removeAttribute("aria-busy");
    list.insertBefore(post, next?.parentElement === list ? next : null);
  }

  settle() {
    if (!this.missed) return;
    this.missed = false;
    window.htmx.trigger(document.getElementById(this.id), "live");
  }
}

customElements.define("drum-calendar", DrumCalendar);
