// <drum-push worker="…" key="…" marks="…">: lets this browser in, by the form inside it. `marks` are
// the browsers that are in already; words for when the person or the browser says no stand in it.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function mark(address) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(address));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

class DrumPush extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) return this.show("cannot");
    this.form.addEventListener("submit", (event) => this.ask(event));
    this.look();
  }

  async look() {
    const known = await navigator.serviceWorker.getRegistration("/");
    const here = known && (await known.pushManager.getSubscription());
    const isIn = here && this.getAttribute("marks").split(" ").includes(await mark(here.endpoint));
    this.show(isIn ? "here" : Notification.permission === "denied" ? "denied" : "ask");
  }

  async ask(event) {
    event.preventDefault();
    if ((await Notification.requestPermission()) !== "granted") return this.show("denied");
    try {
      await this.letIn();
    } catch {
      this.show("failed");
    }
  }

  async letIn() {
    const known = await navigator.serviceWorker.register(this.getAttribute("worker"), { scope: "/" });
    const ours = { userVisibleOnly: true, applicationServerKey: bytes(this.getAttribute("key")) };
    const old = await known.pushManager.getSubscription();
    // Let in under a key of before, it would have to be let in anew.
    if (old && text(old.options.applicationServerKey) !== this.getAttribute("key")) await old.unsubscribe();
    const here = await known.pushManager.subscribe(ours);
    this.form.elements.address.value = here.endpoint;
    for (const name of ["p256dh", "auth"]) this.form.elements[name].value = text(here.getKey(name));
    this.form.submit();
  }

  show(state) {
    for (const part of this.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(state);
  }
}

customElements.define("drum-push", DrumPush);
