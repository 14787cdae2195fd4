// Menus and popovers beside what opened them, in browsers that cannot place them by anchor in CSS (menu.css).
// The bell's panel has its own place, and from the filters of a phone they rise from below.
const GAP = 5;
const EDGE = 8;
const ELSEWHERE = ".notices, .pop--static";
let pressed = null;

function opener(pop) {
  return pressed?.isConnected && pressed.getAttribute("popovertarget") === pop.id
    ? pressed : document.querySelector(`[popovertarget="${pop.id}"]`);
}

function place(pop) {
  const by = opener(pop);
  const rises = pop.closest(".filters") && matchMedia("(width < 48rem)").matches;
  if (!by || rises || pop.matches(ELSEWHERE)) return pop.removeAttribute("style");
  pop.style.maxHeight = "";
  const { top, bottom, left, right } = by.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = pop;
  const nested = by.closest(".pop:popover-open");
  const beside = nested && right + GAP + wide + EDGE <= innerWidth;
  const toEnd = pop.classList.contains("pop--end") !== (document.dir === "rtl");
  const along = beside ? right + GAP : toEnd ? right - wide : left;
  const x = Math.max(EDGE, Math.min(along, innerWidth - wide - EDGE));
  const below = beside ? top : bottom + GAP;
  const y = below + high + EDGE <= innerHeight || top < high + GAP + EDGE ? below : top - GAP - high;
  Object.assign(pop.style, {
    positionArea: "none", inset: `${y}px auto auto ${x}px`, margin: "0", maxHeight: `min(32rem, ${innerHeight - y - EDGE}px)`,
  });
}

function follow() {
  for (const pop of document.querySelectorAll(".pop:popover-open")) place(pop);
}

if (!CSS.supports("position-area", "block-end")) {
  document.addEventListener("click", ({ target }) => {
    pressed = target.closest?.("[popovertarget]:not([popovertargetaction=hide])") ?? pressed;
  }, true);
  document.addEventListener("toggle", ({ target, newState }) => {
    if (newState === "open" && target.matches(".pop")) place(target);
  }, true);
  document.addEventListener("scroll", ({ target }) => target.closest?.(".pop") || follow(), true);
  document.addEventListener("htmx:afterSettle", follow);
  addEventListener("resize", follow);
}
