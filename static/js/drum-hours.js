// <drum-hours>: the hour grid opens at working hours or now, and is one tab stop: Tab goes from the hour that
// has the focus through its posts and then on. <drum-carry> walks from hour to hour.
let opened = false;

class DrumHours extends HTMLElement {
  connectedCallback() {
    this.watch = new MutationObserver(() => this.rove());
    this.watch.observe(this, { childList: true, subtree: true });
    this.addEventListener("focusin", ({ target }) => this.rove(target.closest(".hour")));
    this.rove();
    if (!opened && !location.hash) this.open();
    opened = true;
  }

  disconnectedCallback() {
    this.watch.disconnect();
  }

  open() {
    const box = this.closest(".cal__main");
    const head = this.querySelector(".hours__head");
    const today = head.querySelector("[data-today]");
    box.scrollTop = this.querySelector("[data-opens]").offsetTop - head.offsetHeight;
    if (today) box.scrollLeft = today.offsetLeft - head.firstElementChild.offsetWidth;
  }

  // Hours are drawn anew by answers: the one that was entered is known by its id.
  rove(hour) {
    if (hour) this.at = hour.id;
    const hours = [...this.querySelectorAll(".hour")];
    const home = hours.find((one) => one.id === this.at) ?? hours.find((one) => one.tabIndex === 0) ?? hours[0];
    for (const one of hours) {
      const index = one === home ? 0 : -1;
      for (const stop of [one, ...one.querySelectorAll("a")]) if (stop.tabIndex !== index) stop.tabIndex = index;
    }
  }
}

customElements.define("drum-hours", DrumHours);
