import type { ConnectionId } from "../../protocol/ids.ts";

/** Where passwords are kept. */
interface KeptPasswords {
  get(key: string): Promise<string | undefined>;
}

/** Passwords of connections: given to this process, kept in the secret store, or in a variable of the environment. */
export class ConnectionPasswords {
  readonly #secrets: KeptPasswords;
  /** For this process only: a URL on the command line, a connection being tested. */
  readonly #given = new Map<ConnectionId, string>();

  constructor(secrets: KeptPasswords) {
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
