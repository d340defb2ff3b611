// Reruns the page once a pause is over.

export default class Wait {
  update({ seconds }, setTriggerValue) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => setTriggerValue("over", Date.now()), 1000 * seconds + 50);
  }

  close() {
    clearTimeout(this.timer);
  }
}
