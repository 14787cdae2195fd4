// <drum-swap> around a button of the composer's checks: what a gate has found in the texts goes, or another word
// comes instead, wherever it stands. The form hears of it as of typing.
const FIELDS = "#body, [data-text], [name^='comment_'], #hashtags";
const ESCAPED = /[\\^$.*+?()[\]{}|\/-]/g;

class DrumSwap extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-take]");
      if (button) this.swap(button.dataset);
    });
  }

  swap({ take, put, whole }) {
    const found = take.replace(ESCAPED, (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`);
    const inside = "[\\p{L}\\p{M}\\p{N}_]";
    const text = whole === undefined ? found : `(?<!${inside})${found}(?!${inside})`;
    // With the blank before it where nothing comes instead, so that no two are left beside each other.
    const looked = new RegExp(put ? text : `[ \\t]?${text}`, "giu");
    const changed = [];
    for (const field of document.getElementById("composer").querySelectorAll(FIELDS)) {
      const said = field.value.replace(looked, () => put);
      if (said === field.value) continue;
      field.value = said;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      changed.push(field);
    }
    // The button goes with the line that it stands in.
    (changed.find((field) => field.checkVisibility()) ?? changed[0])?.focus();
  }
}

customElements.define("drum-swap", DrumSwap);
