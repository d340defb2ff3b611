// Waits until runs have ended, while no script reruns: asks for one after the other, and calls back
// when some have ended, ever more rarely while others go on.

const INTERVAL = 1000; // ms between two questions
const RETRY = 5000; // ms until the page is to try again what could not start
const AT_THE_END = 1e9; // asks for no events, only whether the run has ended

const waits = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!waits.has(parentElement)) waits.set(parentElement, new Wait());
  waits.get(parentElement).update(data, setTriggerValue);
  return () => {
    waits.get(parentElement)?.stop();
    waits.delete(parentElement);
  };
}

class Wait {
  rest = INTERVAL; // ms that runs have to go on before they are told of one by one
  left = [];

  update(data, tell) {
    this.tell = tell;
    const asked = JSON.stringify(data);
    if (asked === this.asked) return;
    this.stop();
    Object.assign(this, { asked, runs: data.runs, left: [...data.tokens], ended: 0, told: Date.now() });
    if (this.left.length) this.next();
    else if (data.retry) this.timer = setInterval(() => this.tell("news", Date.now()), RETRY);
  }

  next() {
    this.timer = setTimeout(() => this.look(), INTERVAL);
  }

  async look() {
    const asked = this.asked;
    while (this.left.length && !document.hidden && (await this.hasEnded(this.left[0]))) {
      if (asked !== this.asked) return;
      this.left.shift();
      this.ended++;
    }
    if (asked !== this.asked) return;
    if (this.ended && (!this.left.length || Date.now() - this.told > this.rest)) {
      this.rest *= 2;
      return this.tell("news", Date.now()); // the page answers with those that are left
    }
    this.next();
  }

  async hasEnded(token) {
    try {
      const response = await fetch(`${this.runs}/${encodeURIComponent(token)}/events?since=${AT_THE_END}&brief=1`);
      return response.status === 404 || (response.ok && (await response.json()).ended);
    } catch {
      return false; // the next look asks again
    }
  }

  stop() {
    clearTimeout(this.timer);
    this.asked = null;
  }
}
