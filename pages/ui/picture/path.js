// The path of a run through a picture, and its next step.

// The places of the course up to an entry, at most `most`, evenly chosen, and what is told of each:
// epochs trained and loss. It ends before the first entry that is not finite, which is `left`.
export function pathTo(course, index, placeOf, most) {
  const every = Math.max(1, Math.ceil((index + 1) / most));
  const path = { places: [], told: [], left: null };
  for (let i = index % every; i <= index; i += every) {
    const entry = course.entries[i];
    const place = placeOf(entry);
    if (!place) continue;
    if (!place.every(Number.isFinite)) return { ...path, left: entry };
    path.places.push(place);
    path.told.push([(entry.epoch ?? -1) + 1, entry.loss]);
  }
  return path;
}

// From where to where the next step goes, as two places; none where it is not known. Before a run it
// is the first one, and after one too as soon as the slider moves. Later it is known where the update
// is the gradient times the rate.
export function stepFrom({ course, index, rate, ended, moved }, { start, update_per_rate: update, arrow }, section) {
  const entry = course.entries[index];
  const first = [start].flat();
  const over = ended && index === course.last;
  if (over && index > 0 && !moved) return [];
  if (index === 0 || over) {
    return update == null || start == null ? [] : [first, first.map((c, i) => c + rate * [update].flat()[i])];
  }
  const here = section.place(entry);
  if (arrow !== "always" || !here?.every(Number.isFinite)) return [];
  const slope = section.slope(entry);
  return [here, here.map((c, i) => c - entry.rate * slope[i])];
}

export function columnsOf(places) {
  return { x: places.map(([a]) => a), y: places.map(([, b]) => b) };
}

export function after(entry) {
  return entry.epoch == null ? "at the start" : `after ${entry.epoch + 1} epoch${entry.epoch ? "s" : ""}`;
}
