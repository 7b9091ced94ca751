/** Why a collector does not start or cannot go on, in words its operator can act on. */
export class CollectorError extends Error {
  readonly code: string;
  readonly action: string;
  constructor(code: string, message: string, action: string) {
    super(message);
    this.name = "CollectorError";
    this.code = code;
    this.action = action;
  }
}
