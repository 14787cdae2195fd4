// A live reading replaces whole parts of a page. What was scrolled in them stays where it was, by id.
const places = new Map();

function keep(root) {
  for (const element of [root, ...root.querySelectorAll("[id]")]) {
    const { id, scrollLeft, scrollTop } = element;
    if (id && (scrollLeft || scrollTop)) places.set(id, { scrollLeft, scrollTop });
  }
}

function restore() {
  for (const [id, place] of places) Object.assign(document.getElementById(id) ?? {}, place);
}

document.addEventListener("htmx:beforeSwap", (event) => event.detail.shouldSwap && keep(event.detail.target));
document.addEventListener("htmx:oobBeforeSwap", (event) => keep(event.detail.target));
document.addEventListener("htmx:afterSwap", restore);
document.addEventListener("htmx:oobAfterSwap", restore);
// One answer may swap several parts; it is done with all of them when it settles.
document.addEventListener("htmx:afterSettle", () => places.clear());
