// <drum-sending>: one file on its way into the library. A large one goes piece by piece, here or into the bucket
// (drum-straight.js), and after a broken connection on from where its part ends. Tells `drum:sent` with what the server says of it, or `drum:unsent`.
const PAUSES = [1, 2, 4, 8, 15, 30, 60, 60, 60];
const MB = 1_000_000;

class Refused extends Error {}

const rest = (seconds) => new Promise((done) => {
  const timer = setTimeout(done, seconds * 1000);
  window.addEventListener("online", () => { clearTimeout(timer); setTimeout(done, 200); }, { once: true });
});

class DrumSending extends HTMLElement {
  // `to`: the addresses, sizes, token and words of the library.
  prepare(file, to) {
    Object.assign(this, { file, to });
    this.querySelector("[data-name]").textContent = file.name;
    this.querySelector("progress").setAttribute("aria-label", file.name);
    this.querySelector("[data-cancel]").addEventListener("click", () => this.cancel());
    this.say(to.words.waiting);
  }

  async run() {
    try {
      if (this.file.size > Number(this.to.most)) throw new Refused(this.to.words.large);
      const told = await (this.file.size > Number(this.to.piece) ? this.inPieces() : this.atOnce());
      if (!this.stopped) this.end("drum:sent", told.known ? this.to.words.known.replace("%s", told.name) : "", told);
    } catch (error) {
      if (!this.stopped) this.end("drum:unsent", error instanceof Refused && error.message || this.to.words.failed);
    }
  }

  atOnce() {
    const body = new FormData();
    body.append("to", "library");
    body.append("files", this.file);
    return this.patient(() => this.ask(this.to.small, body, {}, (sent) => this.moved(Math.min(sent, this.file.size))));
  }

  async inPieces() {
    const { size } = this.file, straight = document.createElement("drum-straight");
    let part = await straight.begin(this);
    if (part.direct && !await straight.send(this, part)) part = await straight.begin(this, false);
    while (!part.direct && part.received < size) {
      const begin = part.received;
      const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": begin };
      const piece = this.file.slice(begin, begin + Number(this.to.piece));
      part = await this.patient(() => this.ask(this.part, piece, headers, (sent) => this.moved(begin + sent)));
    }
    for (;;) {
      this.say(this.to.words.reading);
      const told = await this.patient(() => this.ask(`${this.part}finish/`));
      if (told.url) return told;
      if (told.received < size) throw new Error("some of it is missing");
      await rest(2);
    }
  }

  // Again and again, with longer and longer pauses, until the server answers as it should.
  async patient(step) {
    for (const pause of PAUSES) {
      const { status, responseText, kind } = await step();
      if (this.stopped) throw new Error("stopped");
      if (status && status < 300 || status === 409 && kind.startsWith("application/json")) return JSON.parse(responseText);
      const words = kind.startsWith("text/plain") && responseText.length < 300 ? responseText : "";
      if (status && status < 500) throw new Refused(words);
      this.say(words || this.to.words.offline);
      await rest(pause);
      if (this.stopped) throw new Error("stopped");
    }
    throw new Refused("");
  }

  ask(url, body = null, headers = {}, moved = () => {}) {
    return new Promise((done) => {
      const request = this.request = new XMLHttpRequest();
      request.open("POST", url);
      const all = { "HX-Request": "true", "X-CSRFToken": this.to.token, ...headers };
      for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => moved(event.loaded);
      request.onloadend = () => done({
        status: request.status, responseText: request.responseText, kind: request.getResponseHeader("Content-Type") ?? "",
      });
      request.send(body);
    });
  }

  moved(bytes) {
    const { size } = this.file;
    this.querySelector("progress").value = (bytes / size) * 100;
    const share = this.to.words.of.replace("%s", (bytes / MB).toFixed(1)).replace("%t", (size / MB).toFixed(1));
    this.say(bytes < size ? share : this.to.words.reading);
  }

  say(words) { this.querySelector("[data-state]").textContent = words; }

  cancel() {
    if (!this.ended) {
      this.stopped = true;
      this.request?.abort();
      if (this.part) this.ask(`${this.part}cancel/`);
    }
    this.ended = true;
    this.dispatchEvent(new CustomEvent("drum:unsent", { bubbles: true, detail: { words: "" } }));
    this.remove();
  }

  end(name, words, told = null) {
    this.ended = true;
    this.querySelector("progress").remove();
    this.say("");
    if (told?.known) this.querySelector("[data-state]").append(Object.assign(document.createElement("a"), { className: "link", href: told.url, textContent: words }));
    else if (words) this.say(words);
    this.toggleAttribute("data-failed", name === "drum:unsent");
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { told, words, name: this.file.name } }));
  }
}

customElements.define("drum-sending", DrumSending);
