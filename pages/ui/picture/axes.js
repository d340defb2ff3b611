// Two menus: which directions of the weights the loss surface lies over. Either both are weights, or
// the steepest and the flattest direction.

import { planeOf } from "./plane.js";
import { remember, remembered } from "./remembered.js";

const DIRECTIONS = "";
const KEY = "surface-axes";

export class Axes {
  // `picture` is that of the surface; `onChoose` is called with the picture of the chosen plane.
  constructor(picture, onChoose) {
    Object.assign(this, { picture, onChoose });
    const { names } = picture.weights;
    const pair = remembered(KEY, []).map((name) => names.indexOf(name));
    this.pair = pair.length === 2 && pair.every((i) => i >= 0) && pair[0] !== pair[1] ? pair : null;
    this.menus = [0, 1].map((k) => this.menu(k));
    this.show();
  }

  get chosen() {
    const { pair, picture } = this;
    return pair ? { ...picture, ...planeOf(picture.weights, picture.start_weights, pair) } : picture;
  }

  menu(k) {
    const menu = document.createElement("select");
    menu.className = "live-chart-button";
    const words = `${["Across", "Upwards"][k]}: a direction, or the weight of a feature`;
    menu.setAttribute("aria-label", words);
    menu.title = words;
    menu.add(new Option(["steepest", "flattest"][k], DIRECTIONS));
    this.picture.weights.names.forEach((name, i) => menu.add(new Option(name, i)));
    menu.onchange = () => this.choose(k, menu.value);
    return menu;
  }

  choose(k, value) {
    if (value === DIRECTIONS) this.pair = null;
    else {
      const [here, last] = [Number(value), this.picture.weights.names.length - 1];
      let other = this.pair?.[1 - k] ?? last;
      if (other === here) other = here === last ? 0 : last;
      this.pair = k ? [other, here] : [here, other];
    }
    remember(KEY, (this.pair ?? []).map((i) => this.picture.weights.names[i]));
    this.show();
    this.onChoose(this.chosen);
  }

  show() {
    this.menus.forEach((menu, k) => (menu.value = this.pair ? String(this.pair[k]) : DIRECTIONS));
  }
}
