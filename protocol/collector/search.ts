/** What the collector's console asks and is answered. Times are ISO 8601; paths are under the collector's address. */

/** What records can be narrowed to. Each is a query parameter of `GET /v1/search` and `GET /v1/facets`. */
export const FILTERS = [
  "actor",
  "connection",
  "environment",
  "table",
  "column",
  "type",
  "rule",
  "task",
  "suggestion",
  "model",
  "elevation",
  "approval",
  "lease",
  "kind",
  "decision",
  "verdict",
  "effect",
  /** What the policy that was observed would have changed: `7:blocked`. */
  "observed",
] as const;
export type Filter = (typeof FILTERS)[number];

/**
 * What became of a statement. `allowed` and `approved` were sent to the database, `held` needed an approval it did not
 * have, `blocked` was not allowed.
 */
export const DECISIONS = ["allowed", "approved", "held", "blocked"] as const;
export type DecisionKind = (typeof DECISIONS)[number];

export type RecordDecision =
  | { readonly kind: "allowed" | "held" | "blocked" }
  /** By the names of those who agreed; empty where the text that named them was dropped. */
  | { readonly kind: "approved"; readonly by: readonly string[] }
  /** Sent without what it needed, as its own record says. */
  | { readonly kind: "unapproved" };

/** A record as lists show it. */
export interface RecordHit {
  readonly chain: string;
  readonly seq: number;
  /** The device's own time. */
  readonly at: string;
  readonly receivedAt: string;
  readonly device: string;
  readonly kind: string;
  readonly actor: NamedActor | null;
  readonly connection: string | null;
  readonly environment: string | null;
  /** As policy judged it: `allow`, `approve` or `deny`. */
  readonly verdict: string | null;
  /** Null where the record is of no statement's judgement. */
  readonly decision: RecordDecision | null;
  readonly effect: string | null;
  readonly risk: number | null;
  /** The statement as it was recorded, or what happened; null where the body was dropped. */
  readonly summary: string | null;
}

/** Who it was: the identity that tells people apart, and the name they go by. */
export interface NamedActor {
  readonly id: string;
  readonly name: string;
}

/** `GET /v1/search`: newest first. */
export interface FoundRecords {
  readonly records: readonly RecordHit[];
  /** Goes on from here as `cursor`; null at the end. */
  readonly next: string | null;
  /** Set where a text was looked for and the looking stopped here: `next` goes on. */
  readonly searchedTo: string | null;
  /** Set where a text was looked for: in records up to this time it may not be found, since texts were dropped. */
  readonly textsDroppedTo: string | null;
}

export interface FacetValue {
  readonly value: string;
  readonly name: string;
  readonly count: number;
}

/** `GET /v1/facets`: how the newest records that match are spread. */
export interface Facets {
  /** Records that were counted. */
  readonly counted: number;
  /** Whether there are more than were counted. */
  readonly more: boolean;
  readonly facets: Readonly<Record<Filter, readonly FacetValue[]>>;
}

/** `GET /v1/records/:chain/:seq`. */
export interface RecordDetail {
  readonly hit: RecordHit;
  readonly chain: string;
  readonly seq: number;
  /** The signed text; null where the body was dropped. */
  readonly canonical: string | null;
  /** When the text was dropped, and the record of the collector's own chain that says so; null where it was not. */
  readonly dropped: { readonly at: string; readonly chain: string; readonly seq: number } | null;
  readonly hash: string;
  readonly signature: string;
  readonly device: { readonly name: string; readonly owner: string | null; readonly state: string };
  /** Raw key that signed it, base64; null where the device's keys are not known. */
  readonly publicKey: string | null;
  readonly proof: {
    readonly index: number;
    readonly checkpoint: string;
    readonly inclusion: readonly string[];
  };
  /** The outcome of an intent, the intent of an outcome, what was asked of others for a statement that was held. */
  readonly related: readonly RecordHit[];
  /** What others were asked for it, or that it rests on, as far as the reader may see it. */
  readonly approvals: readonly RecordApproval[];
  /** Alerts about this very record; for auditors and administrators. */
  readonly alerts: readonly RecordAlert[];
}

/** A request for approval, or for a right, that a record names. */
export interface RecordApproval {
  readonly id: string;
  /** `here`: answered on the person's own machine, so that only its records know of it. */
  readonly kind: "statement" | "elevation" | "here";
  /** Null where it is not kept any more, or was never known. */
  readonly state: string | null;
}

export interface RecordAlert {
  readonly kind: string;
  readonly what: string;
  /** False where several sightings were folded into it, and only that it may be about this record is known. */
  readonly certain: boolean;
  readonly acknowledgedBy: string | null;
  readonly raisedAt: string;
}

/** `GET /v1/devices/:chain/sessions`: newest first. */
export interface DeviceSessions {
  readonly sessions: readonly DeviceSession[];
}

export interface DeviceSession {
  readonly writer: string;
  readonly origin: string;
  readonly from: number;
  readonly openedAt: string;
  /** Null while it is open, or where its end never came. */
  readonly to: number | null;
  readonly closedAt: string | null;
  readonly how: string | null;
}

/** `GET /v1/devices/:chain/timeline?from=`: in the chain's own order. */
export interface Timeline {
  readonly device: { readonly chain: string; readonly name: string; readonly owner: string | null };
  readonly records: readonly TimelineEntry[];
  /** Sequence number to go on from; null at the end. */
  readonly next: number | null;
}

export interface TimelineEntry extends RecordHit {
  /** Of an outcome: the intent's number. */
  readonly intent: number | null;
}

/** How a column was used. `rows` are those handed out, or changed where it was written; `requests` count what was asked for, whatever came of it. */
export const COLUMN_USES = ["shown", "masked", "filtered", "written", "refused"] as const;
export type ColumnUseKind = (typeof COLUMN_USES)[number];

export interface ColumnUse {
  readonly use: ColumnUseKind;
  readonly requests: number;
  readonly rows: number;
  /** Days, `2026-03-31`, UTC. */
  readonly first: string;
  readonly last: string;
}

/** `GET /v1/columns/:column/access?from=&to=`: who touched a column, or any column of that name's table. */
export interface ColumnAccess {
  readonly column: string;
  readonly infoType: string | null;
  readonly actors: readonly { readonly actor: NamedActor; readonly uses: readonly ColumnUse[] }[];
  readonly upTo: UpTo;
}

/** `GET /v1/actors/:actor/seen?from=&to=`: what a person or agent saw. */
export interface ActorSeen {
  readonly actor: NamedActor;
  readonly columns: readonly {
    readonly column: string;
    readonly infoType: string | null;
    readonly level: string | null;
    readonly uses: readonly ColumnUse[];
  }[];
  readonly types: readonly {
    readonly infoType: string;
    readonly shownRows: number;
    readonly maskedRows: number;
  }[];
  readonly upTo: UpTo;
}

/** How much of the log the counts are of. */
export interface UpTo {
  readonly counted: number;
  readonly size: number;
}

export interface SavedSearch {
  readonly name: string;
  /** Query string of the search. */
  readonly query: string;
}

/** `GET /v1/overview?from=&to=`. */
export interface Overview {
  /** Width of a point of `activity`. */
  readonly bucketHours: number;
  readonly activity: readonly ActivityPoint[];
  readonly totals: ActivityCounts;
  readonly maskedByType: readonly { readonly infoType: string; readonly rows: number }[];
  readonly actors: readonly (ActivityCounts & { readonly actor: NamedActor; readonly isAgent: boolean })[];
  /** The busiest AI agents, each by the names it gives itself. */
  readonly agents: readonly (ActivityCounts & {
    readonly actor: string;
    readonly agent: string;
    readonly model: string;
    readonly host: string;
    /** Whom it acts for. */
    readonly person: string;
  })[];
  readonly rules: readonly { readonly rule: string; readonly count: number }[];
  readonly riskiest: readonly RecordHit[];
  readonly upTo: UpTo;
}

export interface ActivityCounts {
  readonly statements: number;
  readonly blocked: number;
  /** Needed an approval they did not have. */
  readonly waiting: number;
  /** Ran under an approval. */
  readonly approved: number;
  readonly failed: number;
  readonly maskedCells: number;
}

export interface ActivityPoint extends ActivityCounts {
  readonly at: string;
}

/** `GET /v1/signin`, for everybody: what a page needs to sign somebody in. */
export interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly log: string;
  readonly logKey: string;
}

/** `GET /v1/me`. */
export interface Me {
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly string[];
  /** Identity under which records name the person. */
  readonly actor: string;
}
