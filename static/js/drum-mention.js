// <drum-mention data-url data-said> around a textarea: an @ opens a list of the team's members, with
// `data-mark="#"` a # and a letter one of hashtags. Arrow keys choose, Enter or Tab takes, Escape closes it for this one.
const BEGUN = { "@": /(?:^|[^\p{L}\p{N}_])@([^\n@]{0,40})$/u, "#": /(?:^|[^\p{L}\p{N}_#&/])#([\p{L}\p{N}_]{1,40})$/u };
const REST = 120;
let made = 0;

class DrumMention extends HTMLElement {
  connectedCallback() {
    if (this.field) return; // Moved, as a swap does that keeps what somebody types.
    this.field = this.querySelector("textarea");
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `mentions-${(made += 1)}`, className: "mentions menu", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.dataset.said);
    this.words = document.createElement("span");
    this.words.className = "vh";
    this.words.setAttribute("role", "status");
    this.append(this.list, this.words);
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-controls", this.list.id);
    this.field.addEventListener("input", () => this.look());
    this.field.addEventListener("click", () => this.close());
    this.field.addEventListener("blur", () => this.close());
    this.field.addEventListener("keydown", (event) => this.press(event));
    // Before the field would lose the focus.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
  }

  get begun() {
    const { selectionStart: caret, selectionEnd: end, value } = this.field;
    return caret === end ? value.slice(0, caret).match(BEGUN[this.dataset.mark ?? "@"])?.[1] : undefined;
  }

  look() {
    clearTimeout(this.timer);
    if (this.begun === undefined) this.close();
    else if (this.field.selectionStart - this.begun.length !== this.left) this.timer = setTimeout(() => this.ask(this.begun), REST);
  }

  // Whoever nobody is called by the first letters, nobody is called by more of them.
  async ask(beginning) {
    if (beginning === undefined || (this.nobody && beginning.startsWith(this.nobody))) return this.close();
    this.asked?.abort();
    this.asked = new AbortController();
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set("q", beginning);
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: this.asked.signal });
      if (!answer.ok) return;
      const { people, tags: found = people } = await answer.json();
      this.nobody = found.length ? "" : beginning;
      if (this.begun !== beginning || document.activeElement !== this.field) return;
      if (found.length) this.show(found);
      else this.close();
    } catch {
      this.close(); // Offline, or asked again: the name may be typed by hand.
    }
  }

  show(found) {
    this.list.replaceChildren(...found.map((one, n) => this.option(one, n)));
    this.list.hidden = false;
    this.list.scrollIntoView({ block: "nearest" });
    this.words.textContent = this.dataset.said;
    this.choose(0);
  }

  option({ handle, role }, n) {
    const option = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { className: "clip", dir: "auto", textContent: handle });
    const what = Object.assign(document.createElement("span"), { className: "push", textContent: role });
    Object.assign(option, { id: `${this.list.id}-${n}`, className: "menu__item", role: "option" });
    option.dataset.handle = handle;
    option.append(name, what);
    return option;
  }

  choose(n) {
    const options = [...this.list.children];
    this.at = (n + options.length) % options.length;
    for (const option of options) {
      option.setAttribute("aria-selected", option === options[this.at]);
      option.toggleAttribute("data-active", option === options[this.at]);
    }
    this.field.setAttribute("aria-activedescendant", options[this.at].id);
    options[this.at].scrollIntoView({ block: "nearest" });
  }

  press(event) {
    if (this.list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose(this.at + step);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.list.children[this.at]);
    else if (event.key === "Escape") this.close(this.field.selectionStart - this.begun?.length);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(option) {
    const begun = this.begun;
    if (!option || begun === undefined) return;
    const caret = this.field.selectionStart;
    this.field.setRangeText(`${option.dataset.handle} `, caret - begun.length, caret, "end");
    this.close();
    if (this.dataset.mark) this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close(left) {
    this.left = left;
    clearTimeout(this.timer);
    this.asked?.abort();
    this.list.hidden = true;
    this.words.textContent = "";
    this.field.removeAttribute("aria-activedescendant");
  }
}

customElements.define("drum-mention", DrumMention);
