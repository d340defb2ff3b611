// What a run has told of itself so far: its weights and losses after each epoch that was told.

import { epochsTrained } from "./feed.js";

const NOT_FINITE = { nan: NaN, inf: Infinity, "-inf": -Infinity };

export class Course {
  // `weights` and `outputs` are those before the first step, until a run tells them; null where
  // unknown.
  constructor(perEpoch, { weights = null, outputs = null }) {
    this.perEpoch = perEpoch;
    this.entries = [{ x: 0, step: -1, loss: NaN, weights, outputs }];
    this.probes = []; // of single steps
    this.epochs = null; // of the whole run, once it is told
  }

  // How many epochs were told.
  get epochsTold() {
    return this.entries.length - 1;
  }

  get last() {
    return this.entries.length - 1;
  }

  add(events) {
    for (const event of events) {
      if (event.event === "run_started") this.begin(event);
      if (event.event === "epoch_ended") this.entries.push(this.entry(event));
      if (event.event === "probe") this.probes.push(event);
    }
  }

  begin(event) {
    this.perEpoch = event.steps_per_epoch;
    this.epochs = event.epochs;
    const told = this.entry(event);
    const { weights, outputs } = this.entries[0];
    this.entries[0] = { ...told, step: -1, weights: told.weights ?? weights, outputs: told.outputs ?? outputs };
  }

  entry(event) {
    return {
      x: epochsTrained(event, this.perEpoch),
      epoch: event.epoch,
      step: event.step,
      loss: number(event.full_loss ?? event.loss),
      told: event.full_loss ?? event.loss,
      rate: event.learning_rate,
      weights: event.weights?.length ? event.weights.map(number) : null,
      coordinates: event.coordinates?.map(number) ?? null,
      outputs: event.outputs?.map(number) ?? null,
    };
  }

  // The number of the entry nearest to a place on the axis of epochs.
  nearest(x) {
    return nearest(this.entries, x, (entry) => entry.x);
  }

  // The probe nearest to a step; null before there is one.
  probeNear(step) {
    return this.probes[nearest(this.probes, step, (probe) => probe.step)] ?? null;
  }
}

// The number of the item, of those in order, whose place is nearest to x.
function nearest(items, x, placeOf) {
  let [low, high] = [0, items.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (placeOf(items[middle]) <= x) low = middle;
    else high = middle;
  }
  if (high <= low) return low;
  return x - placeOf(items[low]) <= placeOf(items[high]) - x ? low : high;
}

export function number(value) {
  if (typeof value === "number") return value;
  return NOT_FINITE[value] ?? NaN;
}

export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== 0) sum += a[i] * b[i];
  return sum;
}
