import type { Capture, CapturedRows, ChangeCapturePlan, InsertCapturePlan } from "../capturePlan.ts";
import {
  changedByOthers,
  changedElsewhere,
  mayNotBeRead,
  type NotCaptured as None,
  notCaptured as none,
  notReadable,
  rowsTooLarge,
  tooManyRows,
} from "../captureReasons.ts";
import { ServerError } from "../databaseSession.ts";
import { everyText } from "../incomingRow.ts";
import { digestOf, sizeOf } from "../rowDigest.ts";
import type { Leg, LegAnswer, RawRow } from "./flight.ts";
import { type Fly, imageOf, keyOf, type RowImage, readByKeys } from "./rowImages.ts";

const SAVEPOINT = "sluice_capture";
const PORTAL = "sluice_capture";

/** What the text of a value depends on, in both directions. */
const SETTINGS = [
  "DateStyle",
  "IntervalStyle",
  "TimeZone",
  "extra_float_digits",
  "bytea_output",
  "lc_monetary",
] as const;

/** The rows a write is going to change, locked. */
export interface Before {
  readonly kind: "locked";
  readonly images: readonly RowImage[];
  readonly settings: CapturedRows["settings"];
}

/** Locks and reads what the write will change. A failure leaves the transaction as it was. */
export function captureBefore(fly: Fly, plan: ChangeCapturePlan): Promise<Before | None> {
  return apart(fly, async () => {
    const images: RowImage[] = [];
    let bytes = 0;
    let rows = 0;
    const [settings] = await fly(
      [
        statement(`SELECT ${SETTINGS_READ}`),
        { kind: "bind", portal: PORTAL, text: plan.beforeText },
        { kind: "fetch", portal: PORTAL, maxRows: 0 },
        { kind: "close", what: "portal", name: PORTAL },
      ],
      "",
      {
        onFetched: (incoming) => {
          const row = everyText(incoming);
          rows += 1;
          bytes += sizeOf(row);
          if (rows <= plan.maxRows && bytes <= plan.maxBytes) images.push(imageOf(row));
          else images.length = 0;
        },
      },
    );
    if (rows > plan.maxRows) return tooManyRows(plan.maxRows, "changes");
    if (bytes > plan.maxBytes) return rowsTooLarge("changes");
    const printed = settingsOf(settings);
    return printed.kind === "none" ? printed : { kind: "locked", images, settings: printed.settings };
  });
}

/** What an INSERT made can be read as it is made. */
export interface Readable {
  readonly kind: "readable";
  readonly settings: CapturedRows["settings"];
}

/** Whether the rows of an INSERT may be returned: that takes a right which inserting does not. */
export function mayReturn(fly: Fly, plan: InsertCapturePlan): Promise<Readable | None> {
  return apart(fly, async () => {
    const may = `has_table_privilege(${plan.relationOid}, 'SELECT')`;
    const [answer] = await fly([statement(`SELECT ${SETTINGS_READ}, ${may}`)], "");
    if (answer?.rows[0]?.[SETTINGS.length] !== "t") return mayNotBeRead();
    return settingsOf(answer);
  });
}

/** The rows an INSERT made, as they are returned. */
export class InsertedRows {
  readonly #plan: InsertCapturePlan;
  readonly #rows: RawRow[] = [];
  #bytes = 0;
  #count = 0;

  constructor(plan: InsertCapturePlan) {
    this.#plan = plan;
  }

  /** Takes what was added to a returned row, and gives back the rest. */
  take(row: RawRow): RawRow {
    const own = row.length - this.#plan.columns;
    const cells = row.slice(own);
    this.#count += 1;
    this.#bytes += sizeOf(cells);
    if (this.#count <= this.#plan.maxRows && this.#bytes <= this.#plan.maxBytes) this.#rows.push(cells);
    else this.#rows.length = 0;
    return row.slice(0, own);
  }

  captured({ settings }: Readable, everywhere: number): Capture {
    const { maxRows, maxBytes } = this.#plan;
    if (this.#count > maxRows) return tooManyRows(maxRows, "inserts");
    if (this.#bytes > maxBytes) return rowsTooLarge("inserts");
    if (everywhere !== this.#count) return none("it changed rows of other tables");
    const rows = this.#rows.map((cells) => ({ before: cells, after: digestOf(cells) }));
    return { kind: "captured", captured: { rows, settings } };
  }
}

/** Reads the rows as the write left them, and makes sure that it changed these and no others. */
export function captureAfter(
  fly: Fly,
  plan: ChangeCapturePlan,
  { images, settings }: Before,
  written: { readonly affected: number | null; readonly everywhere: number },
): Promise<Capture> {
  if (written.affected !== images.length) return Promise.resolve(changedByOthers());
  if (written.everywhere !== images.length) {
    return Promise.resolve(changedElsewhere());
  }
  return apart(fly, async () => {
    const after: (string | null)[] = [];
    let same = true;
    const keys = images.map(({ cells }) => keyOf(cells, plan.key));
    await readByKeys(fly, plan, keys, (image, position) => {
      // A row that was written lies elsewhere now: as many as were affected, so it was these.
      const touched = image === null || image.place !== images[position]?.place;
      same &&= touched && (image === null) === (plan.operation === "delete");
      after.push(image === null ? null : digestOf(image.cells));
    });
    if (!same) return changedByOthers();
    const rows = images.map(({ cells }, position) => ({ before: cells, after: after[position] ?? null }));
    return { kind: "captured", captured: { rows, settings } };
  });
}

/** Runs questions so that one that fails takes nothing else with it; a cancelled one ends the statement. */
async function apart<T>(fly: Fly, work: () => Promise<T>): Promise<T | None> {
  await fly([statement(`SAVEPOINT ${SAVEPOINT}`)], "");
  try {
    const answer = await work();
    await fly([statement(`RELEASE SAVEPOINT ${SAVEPOINT}`)], "");
    return answer;
  } catch (error) {
    if (!(error instanceof ServerError) || error.sqlstate === "57014") throw error;
    await fly(
      [statement(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`), statement(`RELEASE SAVEPOINT ${SAVEPOINT}`)],
      "",
    );
    return notReadable();
  }
}

const SETTINGS_READ = SETTINGS.map((name) => `pg_catalog.current_setting('${name}')`).join(", ");

function settingsOf(answer: LegAnswer | undefined): Readable | None {
  const values = answer?.rows[0] ?? [];
  const settings = SETTINGS.map((name, position) => [name, values[position] ?? ""] as const);
  const reason = lossy(new Map(settings));
  return reason === null ? { kind: "readable", settings } : none(reason);
}

/** Why values as this session prints them could not be read back exactly, or null. */
function lossy(settings: ReadonlyMap<string, string>): string | null {
  if (!settings.get("DateStyle")?.startsWith("ISO")) return "this session's DateStyle is not ISO";
  const digits = Number(settings.get("extra_float_digits"));
  return digits >= 1 ? null : "this session's extra_float_digits rounds numbers";
}

const statement = (text: string): Leg => ({ kind: "run", text, values: [] });
