// <drum-carry>: what the keyboard carries on the calendar, and the live region that says where it is.
// M picks up the focused post, arrow keys carry it from day to day, Enter places it, Escape puts it back;
// how it ended goes to <drum-calendar> as `drum:carried`. On a day itself arrow keys walk the grid.
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

class DrumCarry extends HTMLElement {
  connectedCallback() {
    this.held = null;
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    document.addEventListener("pointerdown", () => this.held && this.end(null), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.held) return this.carry(event);
    const calendar = event.target.closest?.("drum-calendar");
    const post = calendar && event.target.closest("[data-movable]");
    if (post && event.key.toLowerCase() === "m") this.pick(event, calendar, post);
    else if (calendar && event.target.matches(".day")) this.walk(event, calendar);
  }

  walk(event, calendar) {
    const days = [...calendar.querySelectorAll(".day")];
    const next = days[days.indexOf(event.target) + STEPS[event.key]];
    if (!next) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  pick(event, calendar, post) {
    event.preventDefault();
    const days = [...calendar.querySelectorAll(".day")];
    const home = post.closest(".day");
    const start = home ?? calendar.querySelector("[data-today]") ?? days[0];
    const origin = { list: post.parentElement, next: post.nextElementSibling };
    this.held = { calendar, post, days, home, origin, at: days.indexOf(start) };
    calendar.setAttribute("data-carrying", "");
    post.classList.add("is-moving");
    this.say(this.dataset.picked);
    document.dispatchEvent(new CustomEvent("drum:toast", { detail: { message: this.dataset.picked } }));
    this.show();
  }

  carry(event) {
    const { days, home, at } = this.held;
    const step = STEPS[event.key];
    if (step && days[at + step]) {
      this.held.at = at + step;
      this.show();
      this.say(days[at + step].dataset.name);
    } else if (event.key === "Enter") this.end(days[at] === home ? null : days[at]);
    else if (event.key === "Escape") this.end(null);
    event.preventDefault();
  }

  // The post itself stands on the day where Enter would leave it, and keeps the focus.
  show() {
    const { post, days, at } = this.held;
    for (const day of days) day.classList.toggle("is-target", day === days[at]);
    days[at].querySelector("[data-drop]").prepend(post);
    post.querySelector("a").focus({ preventScroll: true });
    days[at].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  end(zone) {
    const { calendar, post, days, origin, at } = this.held;
    this.held = null;
    calendar.removeAttribute("data-carrying");
    post.classList.remove("is-moving");
    days[at].classList.remove("is-target");
    if (!zone) {
      origin.list.insertBefore(post, origin.next);
      post.querySelector("a").focus({ preventScroll: true });
      this.say(this.dataset.back);
    }
    calendar.dispatchEvent(new CustomEvent("drum:carried", { detail: { post, origin, zone } }));
  }

  say(text) {
    this.textContent = text;
  }
}

customElements.define("drum-carry", DrumCarry);
