// <drum-stages>: on a phone, one press to a column of the board, and which one is in view.
class DrumStages extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.addEventListener("click", (event) => this.go(event));
    document.addEventListener("htmx:afterSettle", () => this.look(), { signal });
    this.look();
  }

  disconnectedCallback() {
    this.stop.abort();
    this.seen?.disconnect();
  }

  get columns() {
    return [...document.querySelectorAll("#board [data-column]")];
  }

  // A hash in the address would be sent along with every request from here on.
  go(event) {
    const link = event.target.closest("a");
    const column = link && document.getElementById(link.hash.slice(1));
    if (!column) return;
    event.preventDefault();
    column.scrollIntoView({ inline: "start", block: "nearest" });
  }

  look() {
    this.seen?.disconnect();
    const root = document.getElementById("board");
    this.seen = new IntersectionObserver((entries) => this.mark(entries), { root, threshold: 0.6 });
    for (const column of this.columns) this.seen.observe(column);
  }

  mark(entries) {
    const shown = entries.find((entry) => entry.isIntersecting)?.target;
    if (!shown) return;
    for (const link of this.querySelectorAll("a")) {
      const here = link.hash === `#${shown.id}`;
      link.toggleAttribute("data-here", here);
      if (here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      if (here) link.parentElement.scrollLeft = link.offsetLeft - link.parentElement.offsetLeft - 16;
    }
  }
}

customElements.define("drum-stages", DrumStages);
