import type { ConnectionId } from "../protocol/ids.ts";
import type { SecretStore } from "./identity/secretStore.ts";

/** Passwords of connections: given to this process, kept in the secret store, or in a variable of the environment. */
export class ConnectionPasswords {
  readonly #secrets: Pick<SecretStore, "get">;
  /** For this process only: a URL on the command line, a connection being tested. */
  readonly #given = new Map<ConnectionId, string>();

  constructor(secrets: Pick<SecretStore, "get">) {
    this.#secrets = secrets;
  }

  use(id: ConnectionId, password: string): void {
    this.#given.set(id, password);
  }

  /** Forgets what was given to this process. */
  forget(id: ConnectionId): void {
    this.#given.delete(id);
  }

  async of(id: ConnectionId): Promise<string | undefined> {
    const given = this.#given.get(id);
    if (given !== undefined) return given;
    const variable = `SLUICE_PASSWORD_${id.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
    return (await this.#secrets.get(passwordKey(id))) ?? process.env[variable];
  }
}

/** Where a connection's password lies in the secret store. */
export const passwordKey = (id: ConnectionId): string => `password:${id}`;
