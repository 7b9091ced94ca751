import type { StreamStatus } from "../../protocol/collector/streams.ts";
import type { StreamSettings } from "./settings.ts";
import type { StreamReads } from "./tables.ts";

/** How far each stream has come; those that are no longer set among them. */
export async function listStreams(
  reads: StreamReads,
  settings: readonly StreamSettings[],
  size: number,
): Promise<readonly StreamStatus[]> {
  const kinds = new Map(settings.map(({ name, kind }) => [name, kind]));
  return (await reads.streams()).map(({ name, position, tries, problem, takenAt, asked, dueAt }) => ({
    name,
    kind: kinds.get(name) ?? null,
    position,
    behind: Math.max(0, size - position),
    takenAt: takenAt === null ? null : new Date(takenAt).toISOString(),
    tries,
    problem,
    nextTry: problem === null ? null : new Date(dueAt).toISOString(),
    asked: asked?.to ?? null,
  }));
}
