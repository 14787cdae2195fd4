// <drum-calendar>: posts move between days and the drawer by pointer, or by M, arrow keys and Enter.
// Every move is the POST of the post's own "Move" form; the answer brings the days as they truly are.
class DrumCalendar extends HTMLElement {
  connectedCallback() {
    this.held = null;
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
        group: "posts", draggable: "[data-movable]", sort: false, animation: 120, forceFallback: true,
        fallbackOnBody: true, fallbackTolerance: 4, delay: 180, delayOnTouchOnly: true,
        ghostClass: "is-origin", fallbackClass: "is-moving", emptyInsertThreshold: 24,
        onStart: () => { this.dragging = true; },
        onMove: (event) => this.aim(event.to),
        onEnd: (event) => this.dropped(event),
      });
    }
  }

  // Somebody else's change may arrive in the middle of a move: it is read again afterwards.
  wait(event) {
    if (event.target !== this || !(this.dragging || this.held)) return;
    event.detail.shouldSwap = false;
    this.missed = true;
  }

  aim(list) {
    for (const zone of this.querySelectorAll(".is-target")) zone.classList.remove("is-target");
    this.zone(list)?.classList.add("is-target");
  }

  zone(list) {
    return list?.closest(".day, .drawer__list");
  }

  dropped({ item, from, to }) {
    this.dragging = false;
    this.aim(null);
    if (from !== to) this.move(item, this.zone(to));
    else this.settle();
  }

  move(post, zone) {
    post.setAttribute("aria-busy", "true");
    this.say(`${zone.dataset.name}…`);
    window.htmx.ajax("POST", post.dataset.moveUrl, {
      source: post.querySelector("a"), swap: "none",
      values: { day: zone.dataset.date, time: "", month: this.dataset.month },
    }).then(() => {
      this.say(zone.dataset.name);
      const id = post.dataset.moveUrl.match(/posts\/(\d+)\//)[1];
      this.querySelector(`[id^="chip-link-${id}-"], #draft-link-${id}`)?.focus({ preventScroll: true });
      this.settle();
    });
  }

  settle() {
    if (!this.missed) return;
    this.missed = false;
    window.htmx.trigger(this, "live");
  }

  say(text) {
    this.querySelector("[data-say]").textContent = text;
  }

  key(event) {
    if (this.held) return this.carry(event);
    const post = event.target.closest("[data-movable]");
    if (post && event.key.toLowerCase() === "m" && !event.ctrlKey && !event.metaKey) return this.pick(event, post);
    if (event.target.matches(".day")) this.walk(event);
  }

  step(event) {
    return { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
  }

  walk(event) {
    const days = [...this.querySelectorAll(".day")];
    const next = days[days.indexOf(event.target) + this.step(event)];
    if (!next) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  pick(event, post) {
    event.preventDefault();
    const days = [...this.querySelectorAll(".day")];
    const home = this.zone(post.parentElement);
    const start = days.includes(home) ? days.indexOf(home) : days.findIndex((day) => day.matches("[data-today]"));
    this.held = { post, days, home, at: Math.max(0, start) };
    post.classList.add("is-moving");
    this.aim(days[this.held.at].querySelector("[data-drop]"));
    this.say("Picked up. Arrow keys choose the day, Enter places it, Escape puts it back.");
  }

  carry(event) {
    const { post, days, home, at } = this.held;
    const next = at + this.step(event);
    if (days[next]) {
      this.held.at = next;
      this.aim(days[next].querySelector("[data-drop]"));
      days[next].scrollIntoView({ block: "nearest", inline: "nearest" });
      this.say(days[next].dataset.name);
    } else if (event.key === "Enter" || event.key === "Escape") {
      this.held = null;
      post.classList.remove("is-moving");
      this.aim(null);
      if (event.key === "Enter" && days[at] !== home) this.move(post, days[at]);
      else this.settle();
    } else if (event.key !== "Tab") return;
    event.preventDefault();
  }
}

customElements.define("drum-calendar", DrumCalendar);
