// <drum-focal>: what matters most in a picture, by click, drag, finger or arrow keys. Two sliders hold it, and are
// all there is without scripts; the mark on the picture and the frames of the platforms follow them.
const STEPS = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowUp: ["y", -1], ArrowDown: ["y", 1] };
const within = (value, most) => Math.min(Math.max(value, 0), most);

class DrumFocal extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.pad = this.querySelector("[data-pad]");
    this.picture = this.pad.querySelector("img");
    this.x = this.querySelector("[data-axis=x]");
    this.y = this.querySelector("[data-axis=y]");
    this.mark = this.pad.querySelector(".focal__mark");
    this.told = this.point;
    this.asset = this.closest("[data-asset]")?.dataset.asset;
    this.addEventListener("input", () => this.draw(), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    const on = (name, act) => this.pad.addEventListener(name, (event) => act(event), { signal });
    on("pointerdown", (event) => this.take(event));
    on("pointermove", (event) => this.dragging && this.put(event));
    for (const name of ["pointerup", "pointercancel"]) on(name, () => this.drop());
    on("click", (event) => this.click(event));
    this.draw();
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get point() { return `${this.x.value} ${this.y.value}`; }

  // A finger that comes down beside the mark may want to scroll: it sets the point where it is lifted again.
  take(event) {
    const held = event.pointerType !== "touch" || this.mark.contains(event.target);
    this.dragging = this.taken = held && event.button === 0 && this.put(event);
    if (this.dragging) this.pad.setPointerCapture(event.pointerId);
  }

  drop() {
    if (this.dragging) this.tell();
    this.dragging = false;
  }

  // After a drag it comes too, and knows the place only by whole pixels.
  click(event) {
    if (!this.taken && this.put(event)) this.tell();
    this.taken = false;
  }

  // Where the mark does not show, a click on the picture is no choice.
  put({ clientX, clientY }) {
    if (!this.mark.checkVisibility()) return false;
    const { left, top, width, height } = this.picture.getBoundingClientRect();
    this.set(((clientX - left) / width) * 100, ((clientY - top) / height) * 100);
    return true;
  }

  set(x, y) {
    const was = this.point;
    this.x.value = within(Math.round(x), 100);
    this.y.value = within(Math.round(y), 100);
    if (this.point !== was) this.x.dispatchEvent(new Event("input", { bubbles: true }));
  }

  tell() {
    if (this.point === this.told) return;
    this.told = this.point;
    this.x.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // On either slider all four keys move the mark to where they point.
  pressed(event) {
    const [axis, step] = STEPS[event.key] ?? [];
    if (!axis || !event.target.matches("[data-axis]") || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const by = { x: 0, y: 0, [axis]: step * (event.shiftKey ? 10 : 1) };
    this.set(Number(this.x.value) + by.x, Number(this.y.value) + by.y);
    this[axis].focus();
    this.tell();
  }

  draw() {
    for (const field of [this.x, this.y]) {
      field.setAttribute("aria-valuetext", `${field.value} %`);
      field.labels[0].nextElementSibling.textContent = `${field.value} %`;
      const at = field === this.x ? "cx" : "cy";
      for (const ring of this.pad.querySelectorAll("circle")) ring.setAttribute(at, `${field.value}%`);
    }
    for (const frame of this.querySelectorAll(".cut")) this.show(frame, frame.querySelector("image"));
    for (const small of this.small()) {
      small.dataset.x = Math.round(this.x.value / 10);
      small.dataset.y = Math.round(this.y.value / 10);
    }
  }

  // Where the post shows it cropped to a tile, as focal.css knows it; in the library nothing stands around it.
  small() {
    if (!this.asset) return [];
    return document.querySelectorAll(`[data-asset="${this.asset}"] > img, [data-asset="${this.asset}"] > .media-tile img`);
  }

  show(frame, image) {
    const [, , width, height] = frame.getAttribute("viewBox").split(" ").map(Number);
    const begin = (whole, part, at) => within(Math.floor((whole * at) / 100 - part / 2 + 0.5), whole - part);
    const left = begin(Number(image.getAttribute("width")), width, this.x.value);
    const top = begin(Number(image.getAttribute("height")), height, this.y.value);
    frame.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
  }
}

customElements.define("drum-focal", DrumFocal);
