// <drum-countries> around a list of countries: their names come in English, the browser knows them in the
// language of the page. Without it they stay as they are.
class DrumCountries extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector("select");
    const chosen = list.value;
    const language = document.documentElement.lang;
    const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
    const [none, ...options] = list.options;
    for (const option of options) option.text = names.of(option.value) ?? option.text;
    const order = new Intl.Collator(language);
    list.append(none, ...options.sort((a, b) => order.compare(a.text, b.text)));
    // Moving what is selected selects another.
    list.value = chosen;
  }
}

customElements.define("drum-countries", DrumCountries);
