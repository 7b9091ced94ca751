import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import { z } from "zod";
import { LEVELS, type Level } from "../../protocol/label.ts";
import type { Problem } from "../../protocol/messages.ts";
import { type CorrectedType, correctedType, similarTypes } from "./correctedType.ts";

/** One line of a workspace's `.sluice/labels.yaml`. */
export interface SharedLabel {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Name of the connections it is about, with `*`; undefined for all. */
  readonly connection: string | undefined;
  readonly what: /** `schema.table.column`, with `*`. */
    | { readonly kind: "column"; readonly pattern: string }
    /** Every column that classification takes for this. */
    | { readonly kind: "type"; readonly infoType: string };
  readonly to: Omit<CorrectedType, "title">;
  readonly reason: string;
}

/** A file of shared labels somebody wrote. */
export interface LabelsSource {
  readonly file: string;
  readonly text: string;
}

/** A file of shared labels has a mistake. It may raise labels, so nothing runs without it. */
export class LabelsFileError extends Error {
  readonly problem: Problem;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  constructor(source: LabelsSource, place: { readonly line: number; readonly col: number }, detail: string) {
    const said = `${source.file}: line ${place.line}, column ${place.col}: ${detail}`;
    super(said);
    this.name = "LabelsFileError";
    this.file = source.file;
    this.line = place.line;
    this.column = place.col;
    this.problem = {
      code: "labels-file-invalid",
      message: `The shared labels ${said}.`,
      action: "Correct the file; until then nothing runs, since it may say what has to be masked.",
    };
  }
}

const REASON = z.string().trim().min(1, "a reason is needed");
const COLUMN = z
  .string()
  .refine((text) => text.includes("*") || text.split(".").length >= 3, "a column is schema.table.column");
const CONNECTION = z.string().min(1).exactOptional();
const LEVEL = z.enum(LEVELS);
const FILE = z.strictObject({
  labels: z
    .array(
      z.strictObject({
        connection: CONNECTION,
        column: COLUMN,
        is: z.string(),
        level: LEVEL.exactOptional(),
        reason: REASON,
      }),
    )
    .nullish(),
  types: z
    .array(z.strictObject({ connection: CONNECTION, is: z.string(), level: LEVEL, reason: REASON }))
    .nullish(),
});

/**
 * What a file says columns are, and of which level types are.
 * @throws LabelsFileError naming file, line and column of the first mistake.
 */
export function readLabelsFile(source: LabelsSource): readonly SharedLabel[] {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken !== undefined) {
    throw new LabelsFileError(source, lines.linePos(broken.pos[0]), broken.message.split("\n")[0] ?? "");
  }
  const alias = unknownAlias(document);
  if (alias !== null) {
    const what = `nothing above is marked &${alias.name}, which *${alias.name} stands for`;
    throw new LabelsFileError(source, lines.linePos(alias.offset), what);
  }
  const root = document.contents;
  const placeOf = (path: readonly PropertyKey[], ofKey = false) => lines.linePos(offsetOf(root, path, ofKey));
  const parsed = FILE.safeParse(valuesOf(document, source) ?? {});
  if (!parsed.success) {
    const { issues } = parsed.error;
    // A misspelt key is the mistake; what it should have been is then missing.
    const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
    const unknown = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    const what =
      unknown.length > 0 ? `"${unknown[0]}" is not known here` : (issue?.message ?? "it is not understood");
    throw new LabelsFileError(
      source,
      placeOf([...(issue?.path ?? []), ...unknown], unknown.length > 0),
      what,
    );
  }
  const typeAt = (
    path: readonly PropertyKey[],
    name: string,
    level: Level | undefined,
  ): SharedLabel["to"] => {
    const type = correctedType(name);
    if (type !== undefined) {
      const { title: _, ...to } = type;
      return { ...to, level: level ?? to.level };
    }
    const near = similarTypes(name);
    const hint = near.length === 0 ? "docs/taxonomy.md lists them all" : `did you mean ${near.join(" or ")}?`;
    throw new LabelsFileError(source, placeOf(path), `there is no info type called "${name}"; ${hint}`);
  };
  const common = (path: readonly PropertyKey[], entry: { connection?: string; reason: string }) => ({
    file: source.file,
    line: placeOf(path).line,
    connection: entry.connection,
    reason: entry.reason,
  });
  return [
    ...(parsed.data.types ?? []).map((entry, position) => ({
      ...common(["types", position], entry),
      what: { kind: "type" as const, infoType: entry.is },
      to: typeAt(["types", position, "is"], entry.is, entry.level),
    })),
    ...(parsed.data.labels ?? []).map((entry, position) => ({
      ...common(["labels", position], entry),
      what: { kind: "column" as const, pattern: entry.column },
      to: typeAt(["labels", position, "is"], entry.is, entry.level),
    })),
  ];
}

/** A file whose marks stand for each other without end has no values. */
function valuesOf(document: Document.Parsed, source: LabelsSource): unknown {
  try {
    return document.toJS();
  } catch {
    throw new LabelsFileError(source, { line: 1, col: 1 }, "its *aliases stand for more than can be read");
  }
}

/** A name with `*` that stands for nothing. */
function unknownAlias(document: Document.Parsed): { readonly name: string; readonly offset: number } | null {
  let found: { readonly name: string; readonly offset: number } | null = null;
  visit(document, {
    Alias: (_key, node) => {
      if (node.resolve(document) !== undefined) return undefined;
      found = { name: node.source, offset: node.range?.[0] ?? 0 };
      return visit.BREAK;
    },
  });
  return found;
}

/** Where the value at this path stands, or as much of the path as there is. */
function offsetOf(root: Node | null, path: readonly PropertyKey[], ofKey: boolean): number {
  let offset = root?.range?.[0] ?? 0;
  let node: unknown = root;
  for (const [depth, name] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === name);
      if (pair === undefined) return offset;
      const last = depth === path.length - 1;
      const at = isScalar(pair.value) && !(ofKey && last) ? pair.value : pair.key;
      offset = (isScalar(at) ? at.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof name === "number") {
      const item = node.items[name];
      if (isMap(item) || isScalar(item) || isSeq(item)) offset = item.range?.[0] ?? offset;
      node = item;
    }
  }
  return offset;
}
