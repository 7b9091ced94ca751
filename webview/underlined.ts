import type { Finding } from "../protocol/decision.ts";

/** A stretch of a statement; `finding` is what its words triggered. */
export interface Segment<F> {
  readonly text: string;
  readonly finding: F | null;
}

const CONTEXT = 300;

/**
 * A statement cut where findings begin and end. Offsets of findings count from the start of the document in which
 * the statement starts at `base`.
 */
export function underlined<F extends Pick<Finding, "start" | "end">>(
  statement: string,
  base: number,
  findings: readonly F[],
): readonly Segment<F>[] {
  const placed = findings
    .map((finding) => ({
      finding,
      start: Math.max(0, finding.start - base),
      end: Math.min(statement.length, finding.end - base),
    }))
    .filter(({ start, end }) => start < end);
  const edges = new Set([0, statement.length, ...placed.flatMap(({ start, end }) => [start, end])]);
  const cuts = [...edges].toSorted((a, b) => a - b);
  const segments: Segment<F>[] = [];
  for (const [index, start] of cuts.entries()) {
    const end = cuts[index + 1];
    if (end === undefined) break;
    const covering = placed.findLast((place) => place.start <= start && place.end >= end);
    segments.push({ text: statement.slice(start, end), finding: covering?.finding ?? null });
  }
  return segments;
}

/** Shortens long stretches without a finding, where nothing is decided by what is read. */
export function shortened<F>(segments: readonly Segment<F>[]): readonly Segment<F>[] {
  return segments.map(({ text, finding }) =>
    finding !== null || text.length <= 3 * CONTEXT
      ? { text, finding }
      : { text: `${text.slice(0, CONTEXT)} … ${text.slice(-CONTEXT)}`, finding },
  );
}
