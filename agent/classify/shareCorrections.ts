import { isMap, isSeq, parseDocument } from "yaml";
import { columnKey } from "../sql/facts.ts";
import { correctedType } from "./correctedType.ts";
import type { Correction } from "./corrections.ts";
import { readLabelsFile } from "./labelsFile.ts";

const NEW_FILE = `# What columns are, for everybody who works in this folder. Raising a label needs no right; what lowers one
# counts only for people who may do that themselves. Later lines win.
labels: []
`;

/**
 * The text of a `labels.yaml` with corrections put in, each in place of a line that said another thing of the same
 * column of this connection. Comments and everything else stay. @throws LabelsFileError where it has a mistake.
 */
export function shareCorrections(
  text: string | null,
  connection: string,
  corrections: readonly Correction[],
): { readonly text: string; readonly added: number } {
  const before = text === null || text.trim() === "" ? NEW_FILE : text;
  readLabelsFile({ file: "labels.yaml", text: before });
  // A file with nothing but comments holds no map yet.
  const document = parseDocument(isMap(parseDocument(before).contents) ? before : `${before}\nlabels: []\n`);
  const found = document.get("labels", true);
  const labels = isSeq(found) ? found : document.createNode<unknown[]>([]);
  if (labels !== found) document.set("labels", labels);
  labels.flow = false;
  let added = 0;
  for (const correction of corrections) {
    const entry = entryOf(connection, correction);
    const position = labels.items.findIndex(
      (item) =>
        isMap(item) &&
        item.get("column") === entry.column &&
        (item.get("connection") ?? connection) === connection,
    );
    const known = labels.items[position];
    if (isMap(known) && sameEntry(known.toJSON(), entry)) continue;
    if (position >= 0) labels.items[position] = document.createNode(entry);
    else labels.add(document.createNode(entry));
    added += 1;
  }
  return { text: added === 0 && text !== null ? text : document.toString({ lineWidth: 0 }), added };
}

function entryOf(connection: string, { column, infoType, level, reason }: Correction) {
  return {
    connection,
    column: columnKey(column),
    is: infoType,
    ...(correctedType(infoType)?.level === level ? {} : { level }),
    reason,
  };
}

const sameEntry = (known: unknown, entry: ReturnType<typeof entryOf>): boolean =>
  typeof known === "object" &&
  known !== null &&
  "is" in known &&
  known.is === entry.is &&
  "reason" in known &&
  known.reason === entry.reason &&
  ("level" in known ? known.level : undefined) === ("level" in entry ? entry.level : undefined);
