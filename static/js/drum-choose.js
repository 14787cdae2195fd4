// <drum-choose> in a dialog of the composer: what is ticked is remembered in its order while one searches, and
// its tiles go into the post. Without it the form does the same on a page of its own.
class DrumChoose extends HTMLElement {
  connectedCallback() {
    this.grid = document.querySelector("drum-upload [data-grid]");
    if (!this.grid) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.chosen = [];
    this.form = this.querySelector(".choose__form");
    this.here = new Set([...this.grid.children].map((tile) => tile.dataset.asset));
    this.form.addEventListener("change", (event) => this.ticked(event.target), { signal });
    this.form.addEventListener("submit", (event) => this.add(event), { signal });
    document.addEventListener("htmx:afterSettle", () => this.show(), { signal });
    this.show();
  }

  disconnectedCallback() { this.stop?.abort(); }

  get room() { return Number(this.dataset.most) - this.here.size; }

  ticked(box) {
    if (box.name !== "media") return;
    this.chosen = this.chosen.filter((value) => value !== box.value);
    if (box.checked && this.chosen.length < this.room) this.chosen.push(box.value);
    this.show(box.checked && !this.chosen.includes(box.value));
  }

  show(full = false) {
    for (const box of this.form.querySelectorAll("input[name=media]")) {
      const place = this.chosen.indexOf(box.value);
      const number = box.closest("label").querySelector("[data-n]");
      box.checked = place >= 0 || this.here.has(box.value);
      box.disabled = this.here.has(box.value);
      if (!box.disabled) number.textContent = place >= 0 ? place + 1 : "";
    }
    const { one, many, full: words, most } = this.dataset;
    const n = this.chosen.length;
    const said = n === 1 ? one : n ? many.replace("%n", n) : "";
    this.say(full ? words.replace("%n", most) : said);
  }

  say(words) { this.form.querySelector("[data-count]").textContent = words; }

  async add(event) {
    event.preventDefault();
    const body = new FormData();
    body.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    for (const value of this.chosen) body.append("media", value);
    const headers = { "HX-Request": "true" };
    const answer = await fetch(this.form.action, { method: "POST", body, headers }).catch(() => null);
    const text = await answer?.text();
    if (!answer?.ok) {
      this.say(answer?.status === 422 ? text : this.dataset.failed);
      return;
    }
    window.htmx.swap(this.grid, text, { swapStyle: "beforeend" });
    this.grid.dispatchEvent(new Event("change", { bubbles: true }));
    this.closest("dialog").close();
  }
}

customElements.define("drum-choose", DrumChoose);
