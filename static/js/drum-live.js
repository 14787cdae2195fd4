// <drum-live data-url>: one stream of "look again" events per tab. An event names a topic ("post:12");
// every `[data-live~="post:12"]` gets htmx's `live` event and reads itself again. Closed while the tab is
// hidden, reopened after the last event seen; without a stream it asks everything, ever more rarely.
const BATCH = 100;
const SLOWEST = 60000;

class DrumLive extends HTMLElement {
  connectedCallback() {
    this.topics = new Set();
    this.last = this.dataset.after ?? "";
    this.pause = 4000;
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("visibilitychange", () => this.follow(), { signal });
    window.addEventListener("pagehide", () => this.close(), { signal });
    window.addEventListener("pageshow", () => this.follow(), { signal });
    for (const name of ["pointerdown", "keydown"]) {
      document.addEventListener(name, () => { this.pause = 4000; }, { signal, passive: true });
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
    const url = new URL(this.dataset.url, location.href);
    if (this.last) url.searchParams.set("after", this.last);
    const source = new EventSource(url);
    this.source = source;
    source.onopen = () => { this.pause = 4000; clearTimeout(this.poll); this.dataset.state = "live"; };
    source.onmessage = (event) => this.heard(event);
    source.addEventListener("live", (event) => this.heard(event));
    // The server cannot say what was missed (it keeps a day): everything looks again.
    source.addEventListener("reset", () => this.everything());
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

  // Each failed try also reads everything once, so that the page stays true without a stream.
  retry() {
    clearTimeout(this.poll);
    this.poll = setTimeout(() => {
      if (document.hidden) return;
      this.everything();
      this.open();
    }, this.pause + Math.random() * 1000);
    this.pause = Math.min(SLOWEST, this.pause * 1.7);
  }

  heard(event) {
    if (event.lastEventId) this.last = event.lastEventId;
    for (const topic of this.read(event.data)) this.topics.add(topic);
    this.batch ??= setTimeout(() => this.tell(), BATCH);
  }

  read(data) {
    if (!data.startsWith("{")) return data.split(/\s+/).filter(Boolean);
    const { topic, topics } = JSON.parse(data);
    return topics ?? [topic];
  }

  tell() {
    this.batch = null;
    const topics = this.topics;
    this.topics = new Set();
    for (const element of document.querySelectorAll("[data-live]")) {
      const wants = element.dataset.live.split(/\s+/);
      if (wants.some((topic) => topics.has(topic))) window.htmx.trigger(element, "live");
    }
    this.dispatchEvent(new CustomEvent("drum:live", { bubbles: true, detail: { topics: [...topics] } }));
  }

  everything() {
    for (const element of document.querySelectorAll("[data-live]")) window.htmx.trigger(element, "live");
  }
}

customElements.define("drum-live", DrumLive);
