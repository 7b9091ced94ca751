import type { ChainHead, CollectorRefusal } from "../protocol/collector/ingest.ts";

type Code = CollectorRefusal["code"];

const STATUS: Readonly<Record<Code, number>> = {
  "not-enrolled": 404,
  "device-refused": 403,
  gap: 409,
  fork: 409,
  "bad-record": 422,
  conflict: 409,
  "bad-request": 400,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  "already-decided": 409,
  "lease-failed": 502,
  "too-large": 413,
  "too-many": 429,
  unavailable: 503,
};

/** What was asked is not done; the answer says why and what to do. */
export class Refusal extends Error {
  readonly code: Code;
  readonly action: string;
  readonly head: ChainHead | undefined;

  constructor(code: Code, message: string, action: string, head?: ChainHead) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.action = action;
    this.head = head;
  }

  get status(): number {
    return STATUS[this.code];
  }

  get answer(): CollectorRefusal {
    const { code, message, action, head } = this;
    return head === undefined ? { code, message, action } : { code, message, action, head };
  }
}
