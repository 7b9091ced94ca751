import type { CollectorRefusal } from "../../protocol/collector/ingest.ts";

/** The collector did not do what was asked; the message says why and what to do. */
export class ApiError extends Error {
  readonly code: string;
  /** The field of an order that is wrong, where it is one. */
  readonly field: string | undefined;
  constructor(code: string, message: string, field?: string) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.field = field;
  }
}

/** Asks the collector as the person who is signed in. */
export interface Api {
  /** @throws ApiError */
  get<T>(path: string, query?: URLSearchParams | Readonly<Record<string, string>>): Promise<T>;
  /** What is no JSON. @throws ApiError */
  text(path: string, query: Readonly<Record<string, string>>): Promise<string>;
  /** A file, whole or not at all. @throws ApiError */
  blob(path: string, query: URLSearchParams): Promise<Blob>;
  /** @throws ApiError */
  send<T>(method: "PUT" | "POST", path: string, body: unknown): Promise<T>;
}

/** `token` answers one that has not ended; `lost` is told where the collector takes none any more. */
export function apiWith(token: () => Promise<string>, lost: () => void): Api {
  async function ask(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${await token()}`);
    const response = await fetch(path, { ...init, headers }).catch(() => {
      throw new ApiError("unavailable", "The collector does not answer. Check the network, and try again.");
    });
    if (response.ok) return response;
    if (response.status === 401) lost();
    const refusal: Partial<CollectorRefusal> = await response.json().catch(() => ({}));
    const words = [refusal.message ?? "The collector did not do that.", refusal.action ?? "Try again."];
    throw new ApiError(refusal.code ?? "unavailable", words.join(" "), refusal.field);
  }
  return {
    get: async (path, query = {}) => (await ask(withQuery(path, query), {})).json(),
    text: async (path, query) => (await ask(withQuery(path, query), {})).text(),
    blob: async (path, query) => {
      const response = await ask(withQuery(path, query), {});
      return response.blob().catch(() => {
        throw new ApiError(
          "unavailable",
          "The collector stopped before the end. Nothing was saved; try again.",
        );
      });
    },
    send: async (method, path, body) => {
      const response = await ask(path, {
        method,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return response.json();
    },
  };
}

function withQuery(path: string, query: URLSearchParams | Readonly<Record<string, string>>): string {
  const given = new URLSearchParams(query).toString();
  return given === "" ? path : `${path}?${given}`;
}
