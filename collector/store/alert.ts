import { type Sha256, sha256 } from "../../protocol/ids.ts";

/**
 * `fork`: a second history, signed by a key of the chain. `bad-record`: a record that is not what it says.
 * `clock`: times that cannot be right, tolerated. `behind`: an agent has seen a longer log than this one. `grant`: a
 * statement ran under an approval that was not given for it. `lease`: a login that is over could not be taken away.
 * `gap`: a device has shown a later record and has not sent those before it. `new-device`: a login was lent to a device
 * for the first time. `copy`: two homes of one device. `task`: a program's task was stopped, or
 * it behaves as none should. `dispute`: an agent was shown what does not go together. `new-ledger`: a person closed a
 * device's ledger and began another. `unheard-lease`: a login was lent, and the device's own records do not say so. `lease-use`: a statement
 * ran with a login whose lease was over by then, or was lent to another device or for another database.
 */
export const ALERT_KINDS = [
  "fork",
  "bad-record",
  "clock",
  "behind",
  "grant",
  "lease",
  "copy",
  "gap",
  "new-device",
  "task",
  "dispute",
  "new-ledger",
  "unheard-lease",
  "lease-use",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Something about a chain that a person has to look at, as it was seen once. */
export interface Sighting {
  readonly kind: AlertKind;
  readonly chain: Sha256;
  /** Place in the chain. */
  readonly seq: number;
  /** What of that chain it is about, each of which is alerts of its own: a task, a lease; else nothing in particular. */
  readonly about?: string;
  readonly what: string;
  /** What was sent, as JSON: proof in the hands of whoever looks. */
  readonly evidence: string;
}

/** Who has looked at an alert, and what they said of it. */
export interface Acknowledgement {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
}

/** What was seen of one kind about one chain within a while; the newest sighting stands for all. */
export interface Alert extends Sighting {
  /** Null until the store has given it one. */
  readonly id: number | null;
  /** The first sighting, where it is another. */
  readonly first: Pick<Sighting, "seq" | "what" | "evidence"> | null;
  readonly count: number;
  readonly raisedAt: number;
  readonly lastAt: number;
  readonly acknowledged: Acknowledgement | null;
}

export interface AlertRow {
  readonly id: number;
  readonly chain: string;
  readonly kind: AlertKind;
  readonly seq: number;
  readonly about: string;
  readonly what: string;
  readonly evidence: string;
  readonly raised_at: number;
  readonly first_seq: number | null;
  readonly first_what: string | null;
  readonly first_evidence: string | null;
  readonly count: number;
  readonly last_at: number;
  readonly acknowledged_by: string | null;
  readonly acknowledged_at: number | null;
  readonly reason: string | null;
}

export const alertOf = (row: AlertRow): Alert => ({
  id: row.id,
  kind: row.kind,
  chain: sha256(row.chain),
  seq: row.seq,
  about: row.about,
  what: row.what,
  evidence: row.evidence,
  first:
    row.first_seq === null
      ? null
      : { seq: row.first_seq, what: row.first_what ?? "", evidence: row.first_evidence ?? "" },
  count: row.count,
  raisedAt: row.raised_at,
  lastAt: row.last_at,
  acknowledged:
    row.acknowledged_at === null
      ? null
      : { by: row.acknowledged_by ?? "", at: row.acknowledged_at, reason: row.reason ?? "" },
});

/** A place in the list of alerts, which is by the time they were seen last. */
export interface AlertPlace {
  readonly lastAt: number;
  readonly id: number;
}

export interface AlertSearch {
  /** What comes behind it in the list. */
  readonly after?: AlertPlace;
  readonly kind?: AlertKind;
  /** Only what nobody has acknowledged. */
  readonly open?: boolean;
}

/** What a list holds of each evidence, which a device may make as long as a batch; one character more tells that it goes on. */
export const LISTED_EVIDENCE = 4_000;

/** Seen last first, with the beginning of each evidence; the placeholders' form is the store's. */
export function alertsQuery(
  { after, kind, open }: AlertSearch,
  limit: number,
  placeholder: (place: number) => string,
): { readonly text: string; readonly values: readonly (string | number)[] } {
  const values: (string | number)[] = [];
  const add = (value: string | number): string => placeholder(values.push(value));
  const where = [
    ...(after === undefined ? [] : [`(last_at, id) < (${add(after.lastAt)}, ${add(after.id)})`]),
    ...(kind === undefined ? [] : [`kind = ${add(kind)}`]),
    ...(open === true ? ["acknowledged_at IS NULL"] : []),
  ];
  const narrowed = where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`;
  const columns = ["id", ...COLUMNS].map((column) =>
    column.endsWith("evidence") ? `substr(${column}, 1, ${LISTED_EVIDENCE + 1}) AS ${column}` : column,
  );
  const text = `SELECT ${columns.join(", ")} FROM alerts${narrowed} ORDER BY last_at DESC, id DESC LIMIT ${add(limit)}`;
  return { text, values };
}

/** Columns in the order of `alertValues`; the placeholders' form is the store's. */
const COLUMNS = [
  ...["chain", "kind", "seq", "what", "evidence", "raised_at", "first_seq", "first_what", "first_evidence"],
  ...["count", "last_at", "acknowledged_by", "acknowledged_at", "reason", "about"],
];

/** The statement that keeps a new alert, or one that is known by its id, which is its last value. */
export const putAlert = (known: boolean, placeholder: (place: number) => string): string => {
  const places = COLUMNS.map((_, place) => placeholder(place + 1));
  if (!known) return `INSERT INTO alerts (${COLUMNS.join(", ")}) VALUES (${places.join(", ")})`;
  const set = COLUMNS.map((column, place) => `${column} = ${places[place]}`);
  return `UPDATE alerts SET ${set.join(", ")} WHERE id = ${placeholder(COLUMNS.length + 1)}`;
};

export const alertValues = (alert: Alert): readonly (string | number | null)[] => [
  alert.chain,
  alert.kind,
  alert.seq,
  alert.what,
  alert.evidence,
  alert.raisedAt,
  alert.first?.seq ?? null,
  alert.first?.what ?? null,
  alert.first?.evidence ?? null,
  alert.count,
  alert.lastAt,
  alert.acknowledged?.by ?? null,
  alert.acknowledged?.at ?? null,
  alert.acknowledged?.reason ?? null,
  alert.about ?? "",
  ...(alert.id === null ? [] : [alert.id]),
];
