// <drum-times> in the composer's form: a button that names a time fills it in, as if somebody had typed it.
class DrumTimes extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.take(event.target.closest("[data-date]")));
  }

  take(button) {
    if (!button) return;
    const form = this.closest("form");
    form.querySelector("[name=when][value=pick]").checked = true;
    for (const name of ["date", "time"]) {
      const field = form.querySelector(`#${name}`);
      field.value = button.dataset[name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    for (const one of this.querySelectorAll("[aria-pressed]")) one.setAttribute("aria-pressed", one === button);
    form.querySelector("#time").dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("drum-times", DrumTimes);
