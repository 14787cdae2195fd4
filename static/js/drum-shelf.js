// <drum-shelf>: the tiles of the library. Counts what is selected, and shows a file beside the list where there
// is room for that. Without it a tile opens its page.
const ROOM = "(width >= 64rem)";
// The bar has a height only while something is chosen.
const tell = ([{ target }]) => target.offsetHeight
  && document.documentElement.style.setProperty("--bar-height", `${target.offsetHeight}px`);

class DrumShelf extends HTMLElement {
  connectedCallback() {
    this.bar = new ResizeObserver(tell);
    this.form = null;
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.addEventListener("click", (event) => this.pressed(event), { signal, capture: true });
    this.addEventListener("change", () => this.count(), { signal });
    this.addEventListener("reset", () => setTimeout(() => this.count()), { signal });
    this.addEventListener("htmx:configRequest", (event) => this.again(event), { signal });
    document.addEventListener("htmx:oobBeforeSwap", (event) => this.keep(event.detail.target), { signal });
    document.addEventListener("htmx:oobAfterSwap", (event) => this.bring(event.detail.target), { signal });
    for (const name of ["htmx:afterSwap", "htmx:afterSettle"]) {
      document.addEventListener(name, () => { this.mark(); this.count(); }, { signal });
    }
    this.count();
  }

  disconnectedCallback() { this.stop.abort(); this.bar.disconnect(); }

  pressed(event) {
    const tile = event.target.closest("[data-panel]");
    if (!tile) return;
    // htmx must not hear of it: the link leads to the page.
    if (!window.matchMedia(ROOM).matches || event.ctrlKey || event.metaKey || event.shiftKey) {
      event.stopImmediatePropagation();
      return;
    }
    this.current = tile.closest("[id]").id;
    this.mark();
  }

  // The one beside the list, also where it was drawn anew.
  mark() {
    for (const tile of this.querySelectorAll("[data-panel]")) {
      if (tile.closest("[id]").id === this.current) tile.setAttribute("aria-current", "true");
      else tile.removeAttribute("aria-current");
    }
  }

  // The list reads itself again with all that has come into it.
  again({ target, detail }) {
    if (target.id === "library-main") detail.parameters.shown = this.querySelectorAll("[data-grid] > .asset").length || 1;
  }

  // A tile that is drawn anew is still selected.
  keep(tile) {
    this.selected = tile?.querySelector("input[name=id]")?.checked;
  }

  bring(tile) {
    const box = document.getElementById(tile?.id ?? "")?.querySelector("input[name=id]");
    if (box && this.selected) box.checked = true;
  }

  // The list brings another with it when it reads itself again.
  watch(form) {
    if (form === this.form) return;
    this.form = form;
    this.bar.disconnect();
    this.bar.observe(form);
  }

  count() {
    const place = this.querySelector("[data-count]");
    if (!place) return;
    const n = this.querySelectorAll("input[name=id]:checked").length;
    this.watch(place.closest("form"));
    document.documentElement.toggleAttribute("data-any", n > 0);
    place.textContent = n === 1 ? place.dataset.one : n ? place.dataset.many.replace("%n", n) : "";
  }
}

customElements.define("drum-shelf", DrumShelf);
