// <drum-straight>: begins a large file, and sends it to the bucket part by part where our server has one and gives
// links for it. <drum-sending> makes one and speaks to our server; it is never on the page.
const ENOUGH = 3;

class DrumStraight extends HTMLElement {
  // Our server looks at what the file begins with before anything is sent. Without that it wants it all itself.
  async begin(sending, able = true) {
    const { file, to } = sending, { name, size, lastModified } = file;
    const about = new URLSearchParams({ name, size, changed: lastModified });
    const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
    if (able) about.set("head", [...head].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    const part = await sending.patient(() => sending.ask(to.large, about));
    sending.part = `${to.large}${part.id}/`;
    return part;
  }

  // Whether it went there; not where the bucket cannot be reached from here at all.
  async send(sending, { received, direct }) {
    let done = received, failed = 0;
    for (let number = 1; (number - 1) * direct.size < sending.file.size; number += 1) {
      if (direct.have.includes(number)) continue;
      const part = sending.file.slice((number - 1) * direct.size, number * direct.size);
      const told = await sending.patient(async () => {
        const answer = await sending.ask(`${sending.part}link/`, new URLSearchParams({ number }));
        if (answer.status !== 200) return answer;
        const status = await this.put(sending, JSON.parse(answer.responseText).url, part, done);
        const well = status >= 200 && status < 300;
        if (!well) failed += 1;
        const away = !well && !done && failed >= ENOUGH;
        return { status: well || away ? 200 : 0, responseText: JSON.stringify({ away }), kind: "" };
      });
      if (told.away) return false;
      // Whole already, and somebody reads it: another tab of the same person was quicker.
      if (told.id) return true;
      done += part.size;
    }
    return true;
  }

  // No header of ours: this is another site.
  put(sending, url, part, done) {
    return new Promise((end) => {
      const request = sending.request = new XMLHttpRequest();
      request.open("PUT", url);
      request.upload.onprogress = (event) => sending.moved(done + event.loaded);
      request.onloadend = () => end(request.status);
      request.send(part);
    });
  }
}

customElements.define("drum-straight", DrumStraight);
