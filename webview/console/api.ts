import type { CollectorRefusal } from "../../protocol/collector/ingest.ts";

/** The collector did not do what was asked; the message says why and what to do. */
export class ApiError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = "ApiError";
    this.code = code;
  }
}

/** Asks the collector as the person who is signed in. */
export interface Api {
  /** @throws ApiError */
  get<T>(path: string, query?: URLSearchParams | Readonly<Record<string, string>>): Promise<T>;
  /** @throws ApiError */
  send<T>(method: "PUT" | "POST", path: string, body: unknown): Promise<T>;
}

/** `token` answers one that has not ended; `lost` is told where the collector takes none any more. */
export function apiWith(token: () => Promise<string>, lost: () => void): Api {
  async function ask<T>(path: string, init: RequestInit): Promise<T> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${await token()}`);
    const response = await fetch(path, { ...init, headers }).catch(() => {
      throw new ApiError("unavailable", "The collector does not answer. Check the network, and try again.");
    });
    if (response.ok) return response.json();
    if (response.status === 401) lost();
    const refusal: Partial<CollectorRefusal> = await response.json().catch(() => ({}));
    const words = [refusal.message ?? "The collector did not do that.", refusal.action ?? "Try again."];
    throw new ApiError(refusal.code ?? "unavailable", words.join(" "));
  }
  return {
    get: (path, query = {}) => {
      const given = new URLSearchParams(query).toString();
      return ask(given === "" ? path : `${path}?${given}`, {});
    },
    send: (method, path, body) =>
      ask(path, {
        method,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
  };
}
