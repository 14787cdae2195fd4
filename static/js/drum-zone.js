// <drum-zone>: around a list of time zones. Chooses the browser's own where nothing was chosen yet;
// the server checks the answer, and without a script one chooses by hand.
class DrumZone extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector("select");
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (list && list.value === "UTC" && [...list.options].some((option) => option.value === here)) {
      list.value = here;
    }
  }
}

customElements.define("drum-zone", DrumZone);
