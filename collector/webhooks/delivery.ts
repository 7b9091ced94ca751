/** A message that waits to be sent. */
export interface Delivery {
  readonly id: string;
  /** Which webhook it is for. */
  readonly hook: string;
  /** As it is sent. */
  readonly body: string;
  /** Tries so far. */
  readonly tries: number;
  /** Milliseconds; not to be tried before. */
  readonly dueAt: number;
  readonly createdAt: number;
}
