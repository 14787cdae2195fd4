// <drum-shelf>: the tiles of the library. Counts what is selected, and shows a file beside the list where there
// is room for that. Without it a tile opens its page.
const ROOM = "(width >= 64rem)";

class DrumShelf extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.addEventListener("click", (event) => this.pressed(event), { signal, capture: true });
    this.addEventListener("change", () => this.count(), { signal });
    this.addEventListener("reset", () => setTimeout(() => this.count()), { signal });
    document.addEventListener("htmx:oobBeforeSwap", (event) => this.keep(event.detail.target), { signal });
    document.addEventListener("htmx:oobAfterSwap", (event) => this.bring(event.detail.target), { signal });
    document.addEventListener("htmx:afterSettle", () => this.count(), { signal });
    this.count();
  }

  disconnectedCallback() { this.stop.abort(); }

  pressed(event) {
    const tile = event.target.closest("[data-panel]");
    if (!tile) return;
    // htmx must not hear of it: the link leads to the page.
    if (!window.matchMedia(ROOM).matches || event.ctrlKey || event.metaKey || event.shiftKey) {
      event.stopImmediatePropagation();
      return;
    }
    for (const one of this.querySelectorAll("[data-panel][aria-current]")) one.removeAttribute("aria-current");
    tile.setAttribute("aria-current", "true");
  }

  // A tile that is drawn anew is still selected, and still the one beside the list.
  keep(tile) {
    this.kept = {
      selected: tile?.querySelector("input[name=id]")?.checked,
      current: tile?.querySelector("[data-panel]")?.hasAttribute("aria-current"),
    };
  }

  bring(tile) {
    const now = document.getElementById(tile?.id ?? "");
    const box = now?.querySelector("input[name=id]");
    if (box && this.kept?.selected) box.checked = true;
    if (this.kept?.current) now?.querySelector("[data-panel]")?.setAttribute("aria-current", "true");
  }

  count() {
    const place = this.querySelector("[data-count]");
    if (!place) return;
    const n = this.querySelectorAll("input[name=id]:checked").length;
    place.textContent = n === 1 ? place.dataset.one : n ? place.dataset.many.replace("%n", n) : "";
  }
}

customElements.define("drum-shelf", DrumShelf);
