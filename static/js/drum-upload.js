// <drum-upload data-url>: sends chosen or dropped pictures one by one with a progress bar (the large ones:
// drum-large.js), puts their tiles into the grid, and orders them by drag or buttons. Without it they go with the form.
class DrumUpload extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.grid = this.querySelector("[data-grid]");
    this.queue = [];
    const input = this.querySelector("input[type=file]");
    input.addEventListener("change", (event) => {
      event.stopPropagation();
      this.add([...input.files]);
      input.value = "";
    }, { signal });
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      this.addEventListener(name, (event) => this.dragged(event), { signal });
    }
    this.addEventListener("click", (event) => this.arrange(event), { signal });
    if (window.Sortable) this.sort();
    else window.addEventListener("load", () => this.sort(), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
    this.sortable?.destroy();
  }

  sort() {
    if (!window.Sortable || this.sortable) return;
    this.sortable = window.Sortable.create(this.grid, {
      handle: ".media-tile", animation: 120, onEnd: () => this.changed(this.dataset.moved),
    });
  }

  dragged(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.querySelector(".add-tile").toggleAttribute("data-over", /dragenter|dragover/.test(event.type));
    if (event.type === "drop") this.add([...event.dataTransfer.files]);
  }

  add(files) {
    const large = this.querySelector("drum-large");
    for (const file of files) large?.take?.(file) || this.queue.push({ file, row: this.row(file) });
    if (!this.busy) this.next();
  }

  row(file) {
    const row = document.createElement("div");
    row.className = "upload";
    const name = Object.assign(document.createElement("span"), { className: "clip", textContent: file.name });
    const bar = Object.assign(document.createElement("progress"), { className: "progress", max: 100, value: 0 });
    bar.setAttribute("aria-label", file.name);
    row.append(name, bar);
    this.querySelector("[data-progress]").append(row);
    return row;
  }

  next() {
    const job = this.queue.shift();
    if (this.busy = Boolean(job)) this.send(job);
  }

  send({ file, row }) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("files", file);
    request.open("POST", this.dataset.url);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRFToken", this.closest("form").elements.csrfmiddlewaretoken.value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) row.querySelector("progress").value = (event.loaded / event.total) * 100;
    };
    request.onloadend = () => {
      if (request.status === 200) this.take(request.responseText, row);
      else this.fail(row, file, request.responseText);
      this.next();
    };
    request.send(body);
  }

  take(html, row) {
    row.remove();
    const known = new Set([...this.grid.children].map((tile) => tile.dataset.asset));
    const [asset] = /data-asset="(\d+)"/.exec(html)?.slice(1) ?? [];
    if (known.has(asset)) return;
    window.htmx.swap(this.grid, html, { swapStyle: "beforeend" });
    this.changed("");
  }

  fail(row, file, why) {
    const text = why && why.length < 300 ? why : this.dataset.failed;
    row.dataset.failed = "";
    row.querySelector("progress").remove();
    row.append(Object.assign(document.createElement("span"), { className: "field__error", textContent: text }));
    this.querySelector("[data-say]").textContent = `${file.name}: ${text}`;
  }

  arrange(event) {
    const button = event.target.closest("[name=arrange]");
    if (!button) return;
    event.preventDefault();
    const tile = button.closest("[data-asset]");
    const [step] = button.value.split(":");
    if (step === "up") tile.previousElementSibling?.before(tile);
    if (step === "down") tile.nextElementSibling?.after(tile);
    if (step === "remove") {
      for (const each of this.closest("form").querySelectorAll(`[data-asset="${tile.dataset.asset}"]`)) each.remove();
    }
    (step === "remove" ? this.querySelector("input[type=file]") : button).focus();
    this.changed(step === "remove" ? this.dataset.gone : this.dataset.moved);
  }

  changed(words) {
    this.querySelector("[data-say]").textContent = words;
    this.grid.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("drum-upload", DrumUpload);
