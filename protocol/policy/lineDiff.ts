/** A line of a text and what became of it. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Beyond so many changed lines the whole stretch counts as replaced: the shortest way is not worth its time. */
const MOST_CHANGED = 1_000;

/** The shortest way from one text to another, line by line (Myers, 1986). */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end += 1;
  return [
    ...a.slice(0, start).map(same),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ];
}

/** The lines around what changed, in stretches. */
export function diffStretches(lines: readonly DiffLine[], around = 3): readonly (readonly DiffLine[])[] {
  const shown = new Set<number>();
  for (const [position, { kind }] of lines.entries())
    if (kind !== "same")
      for (let near = position - around; near <= position + around; near += 1) shown.add(near);
  const stretches: DiffLine[][] = [];
  for (const [position, line] of lines.entries()) {
    if (!shown.has(position)) continue;
    if (shown.has(position - 1)) stretches.at(-1)?.push(line);
    if (!shown.has(position - 1) || stretches.length === 0) stretches.push([line]);
  }
  return stretches;
}

const same = (text: string): DiffLine => ({ kind: "same", text });
const removed = (text: string): DiffLine => ({ kind: "removed", text });
const added = (text: string): DiffLine => ({ kind: "added", text });

const linesOf = (text: string): readonly string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

function middle(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const furthest = new Map<number, number>([[1, 0]]);
  const steps: ReadonlyMap<number, number>[] = [];
  for (let changes = 0; changes <= Math.min(a.length + b.length, MOST_CHANGED); changes += 1) {
    steps.push(new Map(furthest));
    for (let line = -changes; line <= changes; line += 2) {
      const [left, right] = [furthest.get(line - 1) ?? -1, furthest.get(line + 1) ?? -1];
      let x = line === -changes || (line !== changes && left < right) ? right : left + 1;
      while (x < a.length && x - line < b.length && a[x] === b[x - line]) x += 1;
      furthest.set(line, x);
      if (x >= a.length && x - line >= b.length) return wayBack(a, b, steps);
    }
  }
  return [...a.map(removed), ...b.map(added)];
}

/** `steps`: how far each diagonal had come before so many changes. */
function wayBack(
  a: readonly string[],
  b: readonly string[],
  steps: readonly ReadonlyMap<number, number>[],
): readonly DiffLine[] {
  const way: DiffLine[] = [];
  let [x, y] = [a.length, b.length];
  for (let changes = steps.length - 1; changes >= 0; changes -= 1) {
    const furthest = steps[changes] ?? new Map<number, number>();
    const line = x - y;
    const [left, right] = [furthest.get(line - 1) ?? -1, furthest.get(line + 1) ?? -1];
    const from = line === -changes || (line !== changes && left < right) ? line + 1 : line - 1;
    const cameX = furthest.get(from) ?? 0;
    const cameY = cameX - from;
    while (x > Math.max(cameX, 0) && y > Math.max(cameY, 0)) {
      x -= 1;
      y -= 1;
      way.push(same(a[x] ?? ""));
    }
    if (changes === 0) break;
    way.push(x === cameX ? added(b[cameY] ?? "") : removed(a[cameX] ?? ""));
    [x, y] = [cameX, cameY];
  }
  return way.toReversed();
}
