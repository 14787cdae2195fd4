// <drum-large> in <drum-upload>: what is too large for one go comes up as in the library (drum-sending.js), one file
// after the other, and its tile goes into the post.
class DrumLarge extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.addEventListener("drum:sent", (event) => this.attach(event.target, event.detail.told), { signal });
    this.addEventListener("drum:unsent", () => setTimeout(() => this.next()), { signal });
  }

  disconnectedCallback() { this.stop.abort(); }

  get token() { return this.closest("form").elements.csrfmiddlewaretoken.value; }

  // Whether it is one of ours.
  take(file) {
    if (file.size <= Number(this.dataset.piece)) return false;
    this.append(this.querySelector("template[data-row]").content.cloneNode(true));
    const row = this.lastElementChild;
    customElements.upgrade(row);
    const words = { ...this.querySelector("template[data-words]").dataset };
    row.prepare(file, { ...this.dataset, words, token: this.token });
    this.next();
    return true;
  }

  next() {
    const rows = [...this.querySelectorAll("drum-sending")];
    const row = rows.find((one) => !one.ended);
    if (!row || row.begun) return;
    row.begun = true;
    row.run();
  }

  async attach(row, told) {
    this.next();
    const body = new URLSearchParams({ media: told.id });
    const headers = { "HX-Request": "true", "X-CSRFToken": this.token };
    const answer = await fetch(this.dataset.attach, { method: "POST", body, headers }).catch(() => null);
    if (answer?.ok) this.closest("drum-upload").take(await answer.text(), row);
    else row.say(answer?.status === 422 ? await answer.text() : this.closest("drum-upload").dataset.failed);
  }
}

customElements.define("drum-large", DrumLarge);
