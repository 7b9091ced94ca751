/** The one name that a misspelt one can only mean; null where there is none, or more than one. */
export function nearestName(wrong: string, names: Iterable<string>): string | null {
  const sought = wrong.toLowerCase();
  const most = Math.min(3, Math.floor(sought.length / 3));
  let best: { readonly name: string; readonly distance: number } | null = null;
  let tied = false;
  for (const name of new Set(names)) {
    const distance = distanceOf(sought, name.toLowerCase(), most);
    if (distance > most) continue;
    if (best === null || distance < best.distance) {
      best = { name, distance };
      tied = false;
    } else if (distance === best.distance) tied = true;
  }
  return tied ? null : (best?.name ?? null);
}

/** How many letters have to change; more than `most` is as good as any. An ending of a plural counts half of nothing. */
function distanceOf(a: string, b: string, most: number): number {
  if (a === b) return 0;
  if (`${a}s` === b || `${b}s` === a || a.replaceAll("_", "") === b.replaceAll("_", "")) return 0.5;
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, right] of [...b].entries()) {
      const changed = Math.min(
        (row[j + 1] ?? 0) + 1,
        (next[j] ?? 0) + 1,
        (row[j] ?? 0) + (left === right ? 0 : 1),
      );
      // Two letters that changed places are one slip.
      const swapped = j > 0 && i > 0 && left === b[j - 1] && a[i - 1] === right;
      next.push(swapped ? Math.min(changed, (before[j - 1] ?? 0) + 1) : changed);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? most + 1;
}
