// <drum-tabs data-label>: turns its <details data-tab> into tabs with arrow keys. Each one's first element
// after the summary becomes the panel; what the summary shows becomes the tab, so live parts keep their ids.
// `data-off` on a tab hides it; `show(name)` and `allow(name, on)` are for other elements.
let made = 0;

class DrumTabs extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    const held = document.activeElement;
    this.list = document.createElement("div");
    this.list.className = `tabs ${this.dataset.tabs ?? ""}`.trim();
    this.list.setAttribute("role", "tablist");
    this.list.setAttribute("aria-label", this.dataset.label ?? "");
    this.tabs = [...this.querySelectorAll(":scope > details")].map((details) => this.convert(details));
    this.prepend(this.list);
    this.list.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) this.select(tab);
    });
    this.list.addEventListener("keydown", (event) => this.step(event));
    this.settle();
    // Whoever writes already goes on: what is moved in the page loses the focus.
    if (this.contains(held)) held.focus({ preventScroll: true });
  }

  convert(details) {
    const id = `tabs-${made += 1}`;
    const summary = details.querySelector("summary");
    const panel = summary.nextElementSibling;
    const tab = document.createElement("button");
    Object.assign(tab, { type: "button", className: "tabs__tab", id, hidden: details.hasAttribute("data-off") });
    tab.dataset.tab = details.dataset.tab;
    tab.append(...summary.childNodes);
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", `${id}-panel`);
    Object.assign(panel, { id: `${id}-panel`, hidden: true });
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", id);
    this.list.append(tab);
    details.replaceWith(panel);
    if (details.open && !this.current) this.current = tab;
    return tab;
  }

  visible() { return this.tabs.filter((tab) => !tab.hidden); }

  settle() {
    const [first] = this.visible();
    this.select(this.current && !this.current.hidden ? this.current : first);
  }

  select(tab) {
    if (!tab) return;
    this.current = tab;
    for (const other of this.tabs) {
      const on = other === tab;
      other.setAttribute("aria-selected", on);
      other.tabIndex = on ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !on;
    }
    tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  step(event) {
    const tabs = this.visible();
    const at = tabs.indexOf(this.current);
    const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    const on = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const to = { [back]: at - 1, [on]: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.select(tabs.at(to % tabs.length));
    this.current.focus();
  }

  show(name) { this.select(this.tabs.find((tab) => tab.dataset.tab === String(name))); }

  allow(name, on) {
    const tab = this.tabs.find((each) => each.dataset.tab === String(name));
    if (!tab) return;
    tab.hidden = !on;
    this.settle();
  }
}

customElements.define("drum-tabs", DrumTabs);
