/** How far a stream has come. Times are ISO 8601. */
export interface StreamStatus {
  readonly name: string;
  /** Null where the settings no longer name it. */
  readonly kind: "ocsf" | "syslog" | "otlp" | null;
  /** Place in the log of the next record. */
  readonly position: number;
  /** Records of the log that the receiver has not got. */
  readonly behind: number;
  /** When the receiver last took something. */
  readonly takenAt: string | null;
  /** Tries since then. */
  readonly tries: number;
  /** Why the last one failed. */
  readonly problem: string | null;
  readonly nextTry: string | null;
  /** A position that was asked for by hand and is not taken yet. */
  readonly asked: number | null;
}

/** `GET /v1/streams`, for auditors. */
export interface StreamList {
  readonly size: number;
  readonly streams: readonly StreamStatus[];
}
