// <drum-copy data-done="…">: a field to be copied and its button, which is there where scripts are. `data-done` is
// said after it.
class DrumCopy extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    const button = this.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => this.copy());
  }

  async copy() {
    this.field.select();
    try {
      await navigator.clipboard.writeText(this.field.value);
    } catch {
      // Without https there is no clipboard, but what is selected can be copied.
      if (!document.execCommand("copy")) return;
    }
    document.dispatchEvent(new CustomEvent("drum:toast", { detail: { message: this.dataset.done } }));
  }
}

customElements.define("drum-copy", DrumCopy);
