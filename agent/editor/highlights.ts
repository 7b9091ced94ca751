import type { TextDocument } from "vscode-languageserver-textdocument";
import { higherLevel, isSensitive, type Label, type Level } from "../../protocol/label.ts";
import type { ColumnAddress, HighlightMark, Highlights } from "../../protocol/messages.ts";
import type { Database } from "../database.ts";
import type { Judged } from "../judge.ts";
import type { Policy } from "../policy/policy.ts";
import { type ColumnId, type ColumnUse, columnKey } from "../sql/facts.ts";
import type { Analysis } from "./analysis.ts";

interface Place {
  readonly start: number;
  readonly end: number;
  readonly columns: Map<string, { readonly id: ColumnId; readonly label: Label }>;
}

/** Where sensitive columns stand in the text: by name, by alias, or within a `*`. */
export function highlightsOf(
  analysis: Analysis,
  document: TextDocument,
  database: Database,
  policy: Policy,
  othersCanBeAsked: boolean,
): Highlights {
  const marks =
    analysis.kind === "judged"
      ? analysis.judged.flatMap((judged) => marksOf(judged, document, database, policy, othersCanBeAsked))
      : [];
  return { uri: document.uri, version: analysis.version, marks };
}

function marksOf(
  judged: Judged,
  document: TextDocument,
  database: Database,
  policy: Policy,
  othersCanBeAsked: boolean,
): readonly HighlightMark[] {
  const { facts } = judged;
  if (facts === null) return [];
  const text = document.getText();
  return [...placesOf([...facts.reads, ...facts.writes], database)].map((place) => {
    const columns = [...place.columns.values()];
    const masked = columns.filter((column) => isMasked(judged, column.id)).length;
    const star = text.slice(place.start, place.end).endsWith("*");
    const level = columns.reduce<Level>((highest, { label }) => higherLevel(highest, label.level), "public");
    return {
      start: place.start,
      end: place.end,
      level,
      masked: masked > 0,
      ...(star ? { after: afterStar(columns.length, masked) } : {}),
      hover: columns
        .map(({ id, label }) => {
          const masked = isMasked(judged, id);
          const words = hoverText(id, label, masked, database, policy);
          return masked && othersCanBeAsked ? `${words} · ${askToSee(addressOf(id, database))}` : words;
        })
        .join("\n\n---\n\n"),
    };
  });
}

function placesOf(uses: readonly ColumnUse[], database: Database): Iterable<Place> {
  const places = new Map<string, Place>();
  for (const use of uses) {
    const label = database.labelOf(use.column);
    if (label === undefined || !isSensitive(label)) continue;
    const key = `${use.span.start}:${use.span.end}`;
    const place = places.get(key) ?? { start: use.span.start, end: use.span.end, columns: new Map() };
    place.columns.set(columnKey(use.column), { id: use.column, label });
    places.set(key, place);
  }
  return places.values();
}

/** A column that is not shown at all (only filtered by) counts as masked too: nobody sees its values. */
function isMasked(judged: Judged, id: ColumnId): boolean {
  const key = columnKey(id);
  const shown = judged.decision.columns.filter((column) => column.sources.includes(key));
  return shown.length === 0 || shown.some((column) => column.mask !== null);
}

const afterStar = (sensitive: number, masked: number): string =>
  masked === 0
    ? `${sensitive} sensitive ${sensitive === 1 ? "column" : "columns"}, shown to you`
    : `${masked} masked ${masked === 1 ? "column" : "columns"}`;

function hoverText(id: ColumnId, label: Label, masked: boolean, database: Database, policy: Policy): string {
  const shown = masked ? `masked (${label.mask})` : "shown to you";
  const lines = [
    `**${escaped(columnKey(id))}** — ${label.infoType.replaceAll("_", " ")} · ${label.category} · **${label.level}** · ${shown}`,
    `Why: ${escaped(label.evidence.join("; ")) || "not classified yet"} (confidence ${Math.round(label.confidence * 100)} %)`,
    `Who may see it: ${policy.whoMayReveal(label, database.profile)}`,
    `[Correct Label…](command:sluice.labels.correct?${encoded([addressOf(id, database)])})`,
  ];
  return lines.join("\n\n");
}

const askToSee = (address: ColumnAddress): string =>
  `[Ask to See…](command:sluice.elevations.askToSee?${encoded([address])})`;

const addressOf = (id: ColumnId, database: Database): ColumnAddress => ({
  connectionId: database.profile.id,
  ...id,
});

const encoded = (value: unknown): string =>
  encodeURIComponent(JSON.stringify(value)).replaceAll("(", "%28").replaceAll(")", "%29");

/** Names and reasons are text, whatever they hold: they form no links and no markup. */
const escaped = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+\-!|<>&~:]/g, (mark) => `\\${mark}`).replace(/\s+/g, " ");
