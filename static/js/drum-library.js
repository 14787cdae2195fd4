// <drum-library>: files dropped anywhere on the page, pasted or chosen go up, two at a time, each with its own
// line (drum-sending.js), and their tiles come into the list. Without it the file field goes with its form.
const AT_ONCE = 2;

class DrumLibrary extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.running = 0;
    this.input = this.querySelector("input[type=file]");
    if (!this.input) return;
    this.input.addEventListener("change", (event) => this.chosen(event), { signal });
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      window.addEventListener(name, (event) => this.dragged(event), { signal });
    }
    document.addEventListener("paste", (event) => this.pasted(event), { signal });
    this.addEventListener("drum:sent", (event) => this.sent(event), { signal });
    this.addEventListener("drum:unsent", (event) => this.ended(event.detail), { signal });
    // What was sent is in the list before the list reads itself again.
    document.addEventListener("drum:busy", (event) => this.running && event.preventDefault(), { signal });
    window.addEventListener("beforeunload", (event) => this.running && event.preventDefault(), { signal });
  }

  disconnectedCallback() { this.stop.abort(); }

  chosen(event) {
    event.stopPropagation();
    this.take([...this.input.files]);
    this.input.value = "";
  }

  dragged(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const inside = event.type !== "dragleave" || event.relatedTarget !== null;
    this.toggleAttribute("data-over", event.type !== "drop" && inside);
    if (event.type === "drop") this.take([...event.dataTransfer.files]);
  }

  pasted(event) {
    const files = [...event.clipboardData?.files ?? []];
    if (!files.length) return;
    event.preventDefault();
    this.take(files);
  }

  take(files) {
    const words = { ...this.querySelector("template[data-words]").dataset };
    const token = this.querySelector("[name=csrfmiddlewaretoken]").value;
    const to = { ...this.dataset, words, token };
    for (const file of files) {
      const row = this.querySelector("template[data-row]").content.cloneNode(true);
      this.querySelector("[data-uploads]").append(row);
      const sending = this.querySelector("[data-uploads]").lastElementChild;
      customElements.upgrade(sending);
      sending.prepare(file, to);
    }
    this.next();
  }

  next() {
    const rows = [...this.querySelectorAll("drum-sending")];
    this.querySelector("[data-rows]").hidden = !rows.length;
    for (const row of rows.filter((one) => !one.begun && !one.ended)) {
      if (this.running >= AT_ONCE) return;
      row.begun = true;
      this.running += 1;
      row.run();
    }
  }

  sent(event) {
    const { told } = event.detail;
    if (!told.known) setTimeout(() => { event.target.remove(); this.next(); }, 1200);
    const grid = this.querySelector("[data-grid]");
    if (!document.getElementById(`asset-${told.id}`)) {
      window.htmx.swap(grid, told.tile, { swapStyle: "afterbegin" });
      grid.hidden = false;
      this.querySelector("[data-nothing]")?.remove();
    }
    const { done } = this.querySelector("template[data-words]").dataset;
    this.ended({ ...event.detail, words: event.detail.words || done }, event.target);
  }

  ended({ name, words }) {
    this.running = [...this.querySelectorAll("drum-sending")].filter((one) => one.begun && !one.ended).length;
    if (words) this.querySelector("[data-say]").textContent = `${name}: ${words}`;
    if (!this.running) this.dispatchEvent(new CustomEvent("drum:idle", { bubbles: true }));
    setTimeout(() => this.next());
  }
}

customElements.define("drum-library", DrumLibrary);
