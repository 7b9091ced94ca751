import type { Actor } from "../../protocol/actor.ts";
import type { CallerKind } from "../../protocol/callerKind.ts";
import type { Owner } from "../store/device.ts";

/** What somebody may do here; an administrator may do all of it. */
export type Role = "member" | "approver" | "auditor" | "admin";

/** Whose token came with a request. */
export interface Caller {
  readonly kind: CallerKind;
  /** A person, by a token of the client that people sign in with: not one that another program was given for them. */
  readonly signedIn: boolean;
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string | null;
  readonly groups: readonly string[];
  readonly roles: ReadonlySet<Role>;
}

export const ownerOf = ({ issuer, subject, name }: Caller): Owner => ({ issuer, subject, name });

/** As records name the caller. */
export const actorOf = ({
  issuer,
  subject,
  name,
  email,
  groups,
}: Caller): Extract<Actor, { kind: "user" }> => ({
  kind: "user",
  issuer,
  subject,
  name,
  ...(email === null ? {} : { email }),
  groups: [...groups],
});
