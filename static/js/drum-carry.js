// <drum-carry>: what the keyboard carries on the calendar, and the live region that says where it is.
// M picks up the focused post, arrow keys carry it from day to day or hour to hour, Enter places it, Delete takes it
// to the drawer, Escape puts it back; <drum-calendar> hears `drum:carried`. On a cell arrows walk, and Enter goes in.
const CELL = '[role="gridcell"]';
// Days across, rows down. A page of hours is six of them.
const STEPS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
  Home: [-7, 0], End: [7, 0], PageUp: [0, -6], PageDown: [0, 6],
};

const within = (at, length) => Math.max(0, Math.min(at, length - 1));

// Where a key leads from a cell. The days of a month follow on each other; hours end at the edges.
function lead(calendar, cell, key) {
  const all = [...calendar.querySelectorAll(`[role="row"]:has(${CELL})`)].map((row) => [...row.querySelectorAll(CELL)]);
  const [across, down] = STEPS[key];
  const y = all.findIndex((row) => row.includes(cell));
  const x = all[y].indexOf(cell);
  if (calendar.dataset.view === "month" && Math.abs(across) === 1) return all.flat()[y * 7 + x + across];
  const next = all[within(y + down, all.length)][within(x + across, all[y].length)];
  return next === cell ? undefined : next;
}

class DrumCarry extends HTMLElement {
  connectedCallback() {
    this.held = null;
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    document.addEventListener("pointerdown", () => this.held && this.end(null), { signal });
  }

  disconnectedCallback() { this.stop.abort(); }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.held) return this.carry(event);
    const calendar = event.target.closest?.("drum-calendar");
    const cell = calendar && event.target.closest(CELL);
    const hour = cell?.matches(".hour");
    const self = cell && event.target === cell;
    const post = calendar && event.target.closest("[data-movable]") || (self && hour && cell.querySelector("[data-movable]"));
    const moves = event.key.toLowerCase() === "m";
    if (post && moves) this.pick(event, calendar, post);
    else if (moves && calendar && event.target.closest(".post-chip")) this.say(this.dataset.fixed, { tone: "bad" });
    else if (STEPS[event.key] && (self || hour)) this.walk(event, calendar, cell);
    else if (self && event.key === "Enter") this.enter(cell);
  }

  walk(event, calendar, cell) {
    const next = lead(calendar, cell, event.key);
    event.preventDefault();
    if (next) [cell.tabIndex, next.tabIndex] = [-1, 0];
    next?.focus();
  }

  // To its first post, or to a new one.
  enter(cell) {
    const post = cell.querySelector(".post-chip__link");
    if (post) post.focus();
    else cell.querySelector(".hour__add, .day__add")?.click();
  }

  pick(event, calendar, post) {
    event.preventDefault();
    const home = post.closest(CELL);
    const open = `${CELL}:has([data-drop])`;
    const at = home ?? calendar.querySelector(`${open}[tabindex="0"]`) ?? calendar.querySelector(open);
    this.held = { calendar, post, home, at, origin: { list: post.parentElement, next: post.nextElementSibling } };
    calendar.setAttribute("data-carrying", "");
    post.classList.add("is-moving");
    const detail = { post, said: this.dataset.picked };
    document.dispatchEvent(new CustomEvent("drum:lifted", { detail }));
    this.say(detail.said, { until: "drum:carried" });
    this.show();
  }

  carry(event) {
    const { calendar, home, at } = this.held;
    event.preventDefault();
    if (/^(Enter|Escape)$/.test(event.key)) return this.end(event.key === "Enter" && at !== home ? at : null);
    if (/^(Delete|Backspace)$/.test(event.key)) return this.end(home && calendar.querySelector("#drawer-list"));
    let next = STEPS[event.key] && lead(calendar, at, event.key);
    // An hour that the clocks skip is stepped over.
    while (next?.matches("[data-void]")) next = lead(calendar, next, event.key);
    if (!next) return;
    this.held.at = next;
    this.show();
    this.say(next.dataset.name ?? next.ariaLabel);
  }

  // The post itself stands on the day where Enter would leave it, and keeps the focus.
  show() {
    const { calendar, post, at } = this.held;
    for (const cell of calendar.querySelectorAll(CELL)) cell.classList.toggle("is-target", cell === at);
    at.querySelector("[data-drop]").prepend(post);
    post.querySelector("a").focus({ preventScroll: true });
    at.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  end(zone) {
    const { calendar, post, origin, at } = this.held;
    this.held = null;
    calendar.removeAttribute("data-carrying");
    for (const one of [post, at]) one.classList.remove("is-moving", "is-target");
    if (!zone) {
      origin.list.insertBefore(post, origin.next);
      post.querySelector("a").focus({ preventScroll: true });
      this.say(this.dataset.back);
    }
    calendar.dispatchEvent(new CustomEvent("drum:carried", { detail: { post, origin, zone } }));
  }

  say(message, shown) {
    this.textContent = message;
    if (shown) document.dispatchEvent(new CustomEvent("drum:toast", { detail: { message, ...shown } }));
  }
}

customElements.define("drum-carry", DrumCarry);
