import type { CollectorRefusal } from "../protocol/collector/ingest.ts";

type Code = CollectorRefusal["code"];

const STATUS: Readonly<Record<Code, number>> = {
  "not-enrolled": 404,
  "not-owner": 403,
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
  "already-redeemed": 409,
  "lease-failed": 502,
  "too-large": 413,
  "too-many": 429,
  "asks-too-often": 429,
  "too-slow": 408,
  unavailable: 503,
};

type About = Pick<CollectorRefusal, "head" | "field">;

/** What was asked is not done; the answer says why and what to do. */
export class Refusal extends Error {
  readonly code: Code;
  readonly action: string;
  readonly #about: About;

  constructor(code: Code, message: string, action: string, about: About = {}) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.action = action;
    this.#about = about;
  }

  get status(): number {
    return STATUS[this.code];
  }

  get answer(): CollectorRefusal {
    const { code, message, action } = this;
    return { code, message, action, ...this.#about };
  }
}
