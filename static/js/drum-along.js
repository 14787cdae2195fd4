// <drum-along>: what is chosen goes along with a chosen post that is dragged or carried, on the calendar and the
// board. How many they are stands at the pointer; where they are dropped opens the look ahead of an act on all of
// them. Nothing has changed by then, so the post itself goes back. Escape gives a drag up, of one post as well.
const HOUR = 3_600_000;
const hourOf = ({ time }) => Number(time.slice(0, 2));

class DrumAlong extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    const on = (name, act) => document.addEventListener(name, act, { signal, capture: true });
    // These three come from Sortable. The copy under the pointer is made between the first two.
    on("choose", ({ item }) => this.label(item));
    on("start", ({ item }) => { this.dragged = item; this.fade(item); });
    on("unchoose", ({ item }) => this.calm(item));
    on("drum:lifted", ({ detail }) => this.lifted(detail));
    on("drum:carried", ({ detail }) => this.calm(detail.post));
    on("drum:landing", (event) => this.landing(event));
    on("keydown", (event) => this.key(event));
    document.addEventListener("htmx:afterSettle", ({ target }) => this.shown(target), { signal });
  }

  disconnectedCallback() { this.stop.abort(); }

  get form() { return document.getElementById("selection"); }

  // The chosen posts, where this is one of several.
  all({ dataset }) {
    const all = new Set(new FormData(this.form).getAll("id"));
    return all.size > 1 && all.has(dataset.post) ? [...all] : [];
  }

  label(post) {
    const { length } = this.all(post);
    if (length) post.dataset.along = this.dataset.many.replace("%n", length);
    return length;
  }

  fade(post) {
    const all = new Set(this.all(post));
    for (const box of document.querySelectorAll("input[name=id][form=selection]")) {
      const other = box.closest("li");
      if (all.has(box.value) && !other.matches(".is-moving, .is-origin")) other.classList.add("is-along");
    }
  }

  calm(post) {
    this.dragged = null;
    delete post.dataset.along;
    for (const other of document.querySelectorAll(".is-along")) other.classList.remove("is-along");
  }

  lifted(detail) {
    const n = this.label(detail.post);
    if (!n) return;
    detail.said = this.dataset.picked.replace("%n", n);
    this.fade(detail.post);
  }

  // Whoever takes a landing over prevents it: the post is put back, and then this asks.
  landing(event) {
    const { post, from, to, asked } = event.detail;
    if (!this.all(post).length && !this.givenUp) return;
    event.preventDefault();
    if (!this.givenUp) queueMicrotask(() => this.ask(post, ...(asked ? this.onBoard(asked) : this.onCalendar(from.dataset, to.dataset))));
  }

  // From the drawer there is no distance: all come to that day.
  onCalendar(from, to) {
    const { date: day, time = "" } = to;
    if (!day) return [this.dataset.unschedule, {}];
    if (!from.date) return [this.dataset.move, { day, time }];
    const far = (Date.parse(day) - Date.parse(from.date)) / HOUR + (time ? hourOf(to) - hourOf(from) : 0);
    return [this.dataset.shift, { days: Math.trunc(far / 24), hours: far % 24 || "", day, time }];
  }

  onBoard({ to, lane, group }) {
    if (lane === undefined) return to === "review" ? [this.dataset.submit, {}] : [this.dataset.stage, { to }];
    return !to && group === "assignee" ? [this.dataset.assign, { person: lane }] : [];
  }

  ask(post, url, values) {
    post.querySelector("a").focus({ preventScroll: true });
    if (!url) return document.dispatchEvent(new CustomEvent("drum:toast", { detail: { message: this.dataset.never, tone: "bad" } }));
    this.asked = true;
    const into = { source: document.body, target: "#move-dialog-body", swap: "innerHTML" };
    const chosen = { id: this.all(post), next: this.form.elements.next.value };
    return window.htmx.ajax("POST", url, { ...into, values: { ...chosen, ...values } }).catch(() => {}); // the toast has said it
  }

  // What was dropped is known already: what is left to do is to say yes.
  shown({ id }) {
    if (id !== "move-dialog-body" || !this.asked) return;
    this.asked = false;
    document.querySelector("#move-dialog-body [name=confirm]")?.focus();
  }

  key(event) {
    const { key, target } = event;
    const card = target.closest?.(".post-card[data-movable]");
    if (key === "Escape" && this.dragged) this.giveUp();
    else if (key.toLowerCase() === "m" && card && !event.ctrlKey && !event.metaKey && !event.altKey && this.all(card).length) this.ask(card, this.dataset.stage, {});
    // The key that placed a post is still down.
    else if (!(key === "Enter" && event.repeat && target.name === "confirm")) return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Sortable ends a drag that the system takes away.
  giveUp() {
    this.givenUp = true;
    for (const name of ["pointercancel", "mouseup"]) document.dispatchEvent(new Event(name));
    this.givenUp = false;
  }
}

customElements.define("drum-along", DrumAlong);
