import type { CentralLogin, CentralTarget, Lending } from "../../protocol/lease/centralConnection.ts";
import { mysqlAccounts } from "./mysqlAccounts.ts";
import { postgresAccounts } from "./postgresAccounts.ts";

/** A login to be made. Names and passwords hold nothing but letters, digits, `_` and `-`. */
export interface NewAccount {
  readonly name: string;
  readonly password: string;
  readonly minutes: number;
}

/** What became of an account. `locked`: it owns something, so it is kept without a way in. */
export type Cleared =
  | { readonly kind: "dropped" }
  | { readonly kind: "absent" }
  | { readonly kind: "locked"; readonly why: string };

/** The accounts of one database server. Every method throws an AccountError where it did not come to pass. */
export interface AccountServer {
  make(account: NewAccount): Promise<void>;
  /** Another password, and more time; sessions that are open go on. */
  renew(account: NewAccount): Promise<void>;
  /** Nobody gets in any more, its sessions end, and it goes. Repeating it changes nothing. */
  clear(name: string): Promise<Cleared>;
  /** Accounts whose name begins so. */
  named(prefix: string): Promise<readonly string[]>;
}

/** The server of a connection, spoken to with the administrative login. Null where its login is everybody's. */
export function accountServer(
  target: CentralTarget,
  lending: Lending,
  login: CentralLogin,
): AccountServer | null {
  switch (lending.kind) {
    case "postgres_role":
      return postgresAccounts(target, lending, login);
    case "mysql_user":
      return mysqlAccounts(target, lending, login);
    case "static":
      return null;
  }
}
