// <drum-live data-url data-changes data-as-of>: one stream of "look again" events per tab. An event names a topic
// ("post:12"); every `[data-live~="post:12"]` gets htmx's `live` event and reads itself again, "*" all. Closed while
// the tab is hidden, reopened after the last event seen; without a stream it asks, ever more rarely.
const BATCH = 100;
const SOONEST = 2000;
const SLOWEST = 60000;

class DrumLive extends HTMLElement {
  connectedCallback() {
    this.topics = new Set();
    this.again = new Set();
    this.last = "";
    this.pause = SOONEST;
    this.failures = 0;
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("visibilitychange", () => this.follow(), { signal });
    window.addEventListener("pagehide", () => this.close(), { signal });
    window.addEventListener("pageshow", () => this.follow(), { signal });
    for (const name of ["pointerdown", "keydown"]) {
      document.addEventListener(name, () => { this.pause = SOONEST; }, { signal, passive: true });
    }
    this.follow();
  }

  disconnectedCallback() {
    this.stop.abort();
    this.close();
  }

  follow() {
    if (document.hidden) this.close();
    else if (!this.source) this.open();
  }

  open() {
    const source = new EventSource(this.address(this.dataset.url));
    this.source = source;
    source.onopen = () => { this.pause = SOONEST; this.failures = 0; this.dataset.state = "live"; };
    source.onmessage = (event) => {
      const { topic, id } = JSON.parse(event.data);
      this.heard(topic, id);
    };
    source.onerror = () => {
      this.dataset.state = "waiting";
      this.close();
      this.retry();
    };
  }

  close() {
    clearTimeout(this.poll);
    this.source?.close();
    this.source = null;
  }

  address(path) {
    const url = new URL(path, location.href);
    // Until there is an event, what the page was drawn with.
    if (this.last) url.searchParams.set("after", this.last);
    else if (this.dataset.asOf) url.searchParams.set("as_of", this.dataset.asOf);
    return url;
  }

  // The server ends a stream now and then; coming back with the last id misses nothing. Where no stream
  // opens at all, each further try asks what changed, so that the page stays true without it.
  retry() {
    this.poll = setTimeout(async () => {
      if (document.hidden) return;
      if (this.failures++) await this.ask();
      if (!this.source && this.isConnected) this.follow();
    }, this.pause + Math.random() * 1000);
    this.pause = Math.min(SLOWEST, this.pause * 1.7);
  }

  async ask() {
    try {
      const response = await fetch(this.address(this.dataset.changes), { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const { last, events } = await response.json();
      for (const { topic, id } of events) this.heard(topic, id);
      this.last = String(last);
    } catch {
      this.dataset.state = "away"; // offline: the next try asks again
    }
  }

  heard(topic, id) {
    this.last = String(id);
    this.topics.add(topic);
    this.batch ??= setTimeout(() => this.tell(), BATCH);
  }

  // An element that is reading just now would lose a second reading when it is swapped away: the one that takes
  // its place reads again. It alone: others that wait for the same would keep each other reading for ever.
  tell() {
    this.batch = null;
    const { topics, again } = this;
    this.topics = new Set();
    this.again = new Set();
    for (const element of document.querySelectorAll("[data-live]")) {
      const wanted = ["*", ...element.dataset.live.split(/\s+/)].some((topic) => topics.has(topic));
      const known = element.id || element;
      if (!wanted && !again.has(known)) continue;
      if (element.classList.contains("htmx-request")) this.again.add(known);
      else window.htmx.trigger(element, "live");
    }
    if (this.again.size) this.batch ??= setTimeout(() => this.tell(), BATCH);
  }
}

customElements.define("drum-live", DrumLive);
