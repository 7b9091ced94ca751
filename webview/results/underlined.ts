import type { Finding } from "../../protocol/decision.ts";

/** A stretch of a statement; `finding` is what its words triggered. */
export interface Segment {
  readonly text: string;
  readonly finding: Finding | null;
}

const CONTEXT = 300;

/**
 * A statement cut where findings begin and end. Offsets of findings count from the start of the document in which
 * the statement starts at `base`. Long stretches without a finding are shortened.
 */
export function underlined(
  statement: string,
  base: number,
  findings: readonly Finding[],
): readonly Segment[] {
  const placed = findings
    .map((finding) => ({
      finding,
      start: Math.max(0, finding.start - base),
      end: Math.min(statement.length, finding.end - base),
    }))
    .filter(({ start, end }) => start < end);
  const edges = new Set([0, statement.length, ...placed.flatMap(({ start, end }) => [start, end])]);
  const cuts = [...edges].toSorted((a, b) => a - b);
  const segments: Segment[] = [];
  for (const [index, start] of cuts.entries()) {
    const end = cuts[index + 1];
    if (end === undefined) break;
    const covering = placed.findLast((place) => place.start <= start && place.end >= end);
    const text = statement.slice(start, end);
    segments.push({
      text: covering === undefined ? shortened(text) : text,
      finding: covering?.finding ?? null,
    });
  }
  return segments;
}

function shortened(text: string): string {
  if (text.length <= 3 * CONTEXT) return text;
  return `${text.slice(0, CONTEXT)} … ${text.slice(-CONTEXT)}`;
}
