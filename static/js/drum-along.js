// <drum-along>: what is chosen goes along with a chosen post that is dragged or carried, on the calendar and the
// board. Who goes is settled when it is picked up: a reading may draw everything anew before it is dropped. How many
// they are stands at the pointer. What can be undone is done at once, the rest is shown first; both in one request.
const HOUR = 3_600_000;
const hourOf = ({ time }) => Number(time.slice(0, 2));

class DrumAlong extends HTMLElement {
  connectedCallback() {
    this.going = [];
    this.stop = new AbortController();
    const { signal } = this.stop;
    const on = (name, act) => document.addEventListener(name, act, { signal, capture: true });
    // These three come from Sortable. The copy under the pointer is made between the first two.
    on("choose", ({ item }) => this.pick(item));
    on("start", ({ item }) => this.fade(item));
    on("unchoose", ({ item }) => this.calm(item));
    on("drum:lifted", ({ detail }) => this.lifted(detail));
    on("drum:carried", ({ detail }) => this.calm(detail.post));
    on("drum:landing", (event) => this.landing(event));
    on("keydown", (event) => this.key(event));
    on("close", ({ target }) => target.id === "move-dialog" && this.closed(target));
    document.addEventListener("htmx:afterSettle", ({ target }) => this.shown(target), { signal });
  }

  disconnectedCallback() { this.stop.abort(); }

  get select() { return this.closest("drum-select"); }

  // The chosen posts, where this is one of several.
  all({ dataset }) {
    const { chosen } = this.select;
    return chosen.length > 1 && chosen.includes(dataset.post) ? chosen : [];
  }

  pick(post) {
    this.going = this.all(post);
    const { length } = this.going;
    if (length) post.dataset.along = this.dataset.many.replace("%n", length);
    return length;
  }

  fade(post) {
    for (const box of document.querySelectorAll("input[name=id][form=selection]")) {
      const other = box.closest("li");
      if (this.going.includes(box.value) && other !== post) other.classList.add("is-along");
    }
  }

  calm(post) {
    delete post.dataset.along;
    for (const other of document.querySelectorAll(".is-along")) other.classList.remove("is-along");
  }

  lifted(detail) {
    const n = this.pick(detail.post);
    if (!n) return;
    detail.said = this.dataset.picked.replace("%n", n);
    this.fade(detail.post);
  }

  // Whoever takes a landing over prevents it, and says when it is done.
  landing(event) {
    if (!this.going.length) return;
    event.preventDefault();
    const { post, from, to, asked } = event.detail;
    event.detail.done = this.ask(post, ...(asked ? this.onBoard(asked) : this.onCalendar(from, to)));
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

  async ask(post, url, values) {
    this.at = post.dataset.post;
    this.asked = true;
    if (!url) return document.dispatchEvent(new CustomEvent("drum:toast", { detail: { message: this.dataset.never, tone: "bad" } }));
    const { value: next } = this.select.form.elements.next;
    return window.htmx.ajax("POST", url, {
      source: document.body, target: "#move-dialog-body", swap: "innerHTML",
      values: { id: this.going, next, dropped: "1", ...values },
    }).catch(() => {}); // the toast has said it
  }

  // What was dropped is known already: what is left to do is to say yes.
  shown({ id }) {
    if (id !== "move-dialog-body" || !this.asked) return;
    this.asked = false;
    document.querySelector("#move-dialog-body [name=confirm]")?.focus();
  }

  // What opened the dialog may have been drawn anew.
  closed(dialog) {
    const active = document.activeElement;
    if (this.at && (active === document.body || dialog.contains(active))) this.select.post(this.at)?.focus();
    this.at = null;
  }

  key(event) {
    const { key, target } = event;
    const card = target.closest?.("drum-board .post-card[data-movable]");
    const opens = key.toLowerCase() === "m" && card && !event.ctrlKey && !event.metaKey && !event.altKey && this.pick(card);
    if (opens) this.ask(card, this.dataset.stage, {}).then(() => this.calm(card));
    // The key that placed a post is still down.
    else if (!(key === "Enter" && event.repeat && target.closest?.("#move-dialog"))) return;
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("drum-along", DrumAlong);
