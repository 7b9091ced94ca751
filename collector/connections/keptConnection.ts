import { z } from "zod";
import {
  CENTRAL_DEFINITION,
  CENTRAL_ID,
  CENTRAL_LOGIN,
  type CentralConnectionView,
  type CentralListed,
  type CentralLogin,
} from "../../protocol/lease/centralConnection.ts";
import type { SecretBox } from "./secretBox.ts";

/** A connection as the store has it. */
export const KEPT_CONNECTION = z.object({
  id: CENTRAL_ID,
  version: z.number().int(),
  definition: CENTRAL_DEFINITION,
  /** The login, sealed; null once the connection was removed. */
  login: z.string().nullable(),
  user: z.string(),
  changedBy: z.string(),
  changedAt: z.number(),
  removed: z.boolean(),
});
export type KeptConnection = z.infer<typeof KEPT_CONNECTION>;

export const listed = ({ id, definition: { target, minutes } }: KeptConnection): CentralListed => ({
  id,
  ...target,
  minutes,
});

export const connectionView = (kept: KeptConnection): CentralConnectionView => ({
  id: kept.id,
  version: kept.version,
  ...kept.definition,
  user: kept.user,
  changedBy: kept.changedBy,
  changedAt: new Date(kept.changedAt).toISOString(),
});

/** As records and requests for approval describe it. */
export const recorded = ({ target }: KeptConnection["definition"]) => {
  const { name, engine, host, port, database, environment } = target;
  return { name, engine, host, port, database, environment };
};

/** The groups of these by which somebody may use it. */
export const usableBy = (groups: readonly string[], { groups: allowed }: KeptConnection["definition"]) =>
  groups.filter((group) => allowed.includes(group));

const context = (id: string): string => `login of ${id}`;

export const sealLogin = (box: SecretBox, id: string, login: CentralLogin): string =>
  box.seal(JSON.stringify(login), context(id));

/** @throws CollectorError */
export const openLogin = (box: SecretBox, id: string, sealed: string): CentralLogin =>
  CENTRAL_LOGIN.parse(JSON.parse(box.open(sealed, context(id))));
