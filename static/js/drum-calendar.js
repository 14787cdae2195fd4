// <drum-calendar>: posts move between days or hours and the drawer, by pointer here and by keyboard in <drum-carry>.
// Every move is the POST of the post's own "Move" form; the answer brings what changed as it truly is.

// Where nothing is to move, Sortable would make a layer of each card that makes way, and nobody would see it.
const still = matchMedia("(prefers-reduced-motion: reduce)");

class DrumCalendar extends HTMLElement {
  connectedCallback() {
    this.lists = new Set();
    this.watch = new MutationObserver(() => this.bind());
    this.watch.observe(this, { childList: true, subtree: true });
    this.addEventListener("drum:carried", ({ detail }) => this.landed(detail));
    this.bind();
  }

  disconnectedCallback() {
    this.watch.disconnect();
    for (const list of this.lists) window.Sortable?.get(list)?.destroy();
  }

  bind() {
    this.tabStop();
    if (!window.Sortable) return window.addEventListener("load", () => this.bind(), { once: true });
    for (const list of this.lists) if (!list.isConnected) this.release(list);
    for (const list of this.querySelectorAll("[data-drop]")) {
      if (this.lists.has(list)) continue;
      this.lists.add(list);
      window.Sortable.create(list, {
        group: "posts", draggable: "[data-movable]", sort: false, animation: still.matches ? 0 : 120, forceFallback: true,
        fallbackOnBody: true, fallbackTolerance: 4, delay: 180, delayOnTouchOnly: true,
        ghostClass: "is-origin", fallbackClass: "is-moving", emptyInsertThreshold: 0,
        filter: () => this.busy || this.hasAttribute("data-carrying"), preventOnFilter: false,
        onChoose: ({ item }) => { this.origin = { list: item.parentElement, next: item.nextElementSibling }; },
        onMove: ({ to }) => this.aim(to),
        onEnd: (event) => this.dropped(event),
      });
    }
  }

  // Tab comes to one day of a month, to today where it is there; arrow keys go on from it (drum-carry.js).
  tabStop() {
    const days = [...this.querySelectorAll(".day")];
    if (!days.some(({ tabIndex }) => tabIndex === 0)) days.find((day) => !day.matches("[data-out]"))?.setAttribute("tabindex", "0");
  }

  release(list) {
    this.lists.delete(list);
    window.Sortable.get(list)?.destroy();
  }

  zone(list) {
    return list?.closest("[data-date]");
  }

  aim(list) {
    for (const zone of this.querySelectorAll(".is-target")) zone.classList.remove("is-target");
    this.zone(list)?.classList.add("is-target");
  }

  dropped({ item, from, to }) {
    this.aim(null);
    this.landed({ post: item, origin: this.origin, zone: from === to ? null : this.zone(to) });
  }

  // All that is chosen goes along (drum-along.js), or it goes alone.
  async landed({ post, origin, zone }) {
    if (!zone) return;
    const { post: id } = post.dataset;
    const { date, time = "" } = zone.dataset;
    const detail = { post, from: this.zone(origin.list).dataset, to: zone.dataset };
    const alone = this.dispatchEvent(new CustomEvent("drum:landing", { bubbles: true, cancelable: true, detail }));
    this.busy = true;
    post.setAttribute("aria-busy", "true");
    await (alone ? this.move(post, zone.dataset) : detail.done);
    if (!alone) await this.again();
    this.busy = false;
    // The answer draws both places anew. A post that is still here was not moved.
    if (post.isConnected) this.back(post, origin);
    const place = date.replaceAll("-", "") + (time && `T${time.slice(0, 2)}`);
    const link = document.querySelector(`[id^="chip-link-${id}-${place}"]`)
      ?? document.querySelector(`[id^="chip-link-${id}-"], #draft-link-${id}`)
      ?? document.getElementById(zone.id);
    link?.focus({ preventScroll: true });
  }

  move({ dataset }, { date, time = "" }) {
    const { view, period } = this.dataset;
    return window.htmx.ajax("POST", dataset.moveUrl, {
      source: document.body, swap: "none",
      // On another day what was dragged keeps its time, at another hour its minute; what else the post sends, its distance.
      values: { day: date, time: time && this.at(dataset, time), of: date && (dataset.at ?? ""), [view]: period },
    }).catch(() => {}); // the toast has said that nobody answered
  }

  // It asks itself, so that an older reading of it is given up.
  async again() {
    const source = document.getElementById(this.id);
    await window.htmx.ajax("GET", this.getAttribute("hx-get"), { source, target: source, swap: "outerHTML" }).catch(() => {});
  }

  at({ minute }, time) {
    return minute ? `${time.slice(0, 2)}:${minute}` : time;
  }

  back(post, { list, next }) {
    post.removeAttribute("aria-busy");
    list.insertBefore(post, next?.parentElement === list ? next : null);
  }
}

customElements.define("drum-calendar", DrumCalendar);
