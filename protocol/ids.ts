/** A string that only the code that makes it may call by this name. */
type Brand<T, Name extends string> = T & { readonly __brand: Name };

/** Identifies a saved connection; stable over renames. */
export type ConnectionId = Brand<string, "ConnectionId">;
/** One sequence of statements on one database session: an editor document, the query box, a CLI run. */
export type SessionId = Brand<string, "SessionId">;
/** One open result: rows are fetched from it page by page. */
export type ResultId = Brand<string, "ResultId">;
/** SHA-256 in lower-case hex. */
export type Sha256 = Brand<string, "Sha256">;

export const connectionId = (text: string): ConnectionId => text as ConnectionId;
export const sessionId = (text: string): SessionId => text as SessionId;
export const resultId = (text: string): ResultId => text as ResultId;
export const sha256 = (hex: string): Sha256 => hex as Sha256;
