// <drum-now data-hour data-minute>: the line for now in its hour. The server says where it stood when the page
// was read; from there it moves on, and when the hour is over the calendar is read again.
class DrumNow extends HTMLElement {
  connectedCallback() {
    this.since = performance.now();
    this.timer = setInterval(() => this.tick(), 15000);
    this.tick();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    const { hour, minute } = this.dataset;
    const passed = Number(minute) + (performance.now() - this.since) / 60000;
    const row = this.closest("[role=row]");
    row.style.setProperty("--at", Math.min(passed / 60, 1));
    if (passed < 60) {
      row.querySelector(".now__label").textContent = `${hour}:${String(Math.floor(passed)).padStart(2, "0")}`;
      return;
    }
    clearInterval(this.timer);
    window.htmx.trigger(this.closest("drum-calendar"), "live");
  }
}

customElements.define("drum-now", DrumNow);
