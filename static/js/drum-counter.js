// <drum-counter for="id" data-max="300" data-count="graphemes">: characters used, while typing.
// A preview only: the server counts again and is right. `data-count` is graphemes, utf16 or weighted;
// weighted adds `data-link` units for each address and two for what lies outside the Latin ranges.
const LINK = /https?:\/\/\S+/g;
const CHEAP = [[0, 4351], [8192, 8205], [8208, 8223], [8242, 8247]];
const segments = new Intl.Segmenter();

function weigh(text, link) {
  const links = text.match(LINK) ?? [];
  let units = links.length * link;
  for (const { segment } of segments.segment(text.replace(LINK, "").normalize("NFC"))) {
    const emoji = /\p{Extended_Pictographic}/u.test(segment);
    units += emoji ? 2 : [...segment].reduce((sum, char) => {
      const point = char.codePointAt(0);
      return sum + (CHEAP.some(([from, to]) => point >= from && point <= to) ? 1 : 2);
    }, 0);
  }
  return units;
}

const RULES = {
  graphemes: (text) => [...segments.segment(text)].length,
  utf16: (text) => text.length,
  weighted: weigh,
};

class DrumCounter extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.field = document.getElementById(this.getAttribute("for"));
    this.field?.addEventListener("input", () => this.draw(), { signal: this.stop.signal });
    this.draw();
  }

  disconnectedCallback() { this.stop.abort(); }

  static observedAttributes = ["data-max", "data-count"];

  attributeChangedCallback() { if (this.field) this.draw(); }

  draw() {
    const max = Number(this.dataset.max);
    const count = RULES[this.dataset.count] ?? RULES.graphemes;
    const used = count(this.field?.value ?? "", Number(this.dataset.link ?? 23));
    this.toggleAttribute("data-over", max > 0 && used > max);
    this.toggleAttribute("data-near", max > 0 && used <= max && used > max * 0.9);
    this.style.setProperty("--p", max ? Math.min(100, (used / max) * 100) : 0);
    const words = this.querySelector("[data-words]") ?? this;
    const numbers = new Intl.NumberFormat(document.documentElement.lang || "en");
    words.textContent = max ? `${numbers.format(used)} / ${numbers.format(max)}` : numbers.format(used);
    this.dispatchEvent(new CustomEvent("drum:counted", { bubbles: true, detail: { used, max } }));
  }
}

customElements.define("drum-counter", DrumCounter);
