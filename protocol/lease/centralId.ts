import { type ConnectionId, connectionId } from "../ids.ts";

const PREFIX = "collector:";

/** Whether a connection of this id is the collector's: no saved connection has such an id. */
export const isCentralId = (id: string): boolean => id.startsWith(PREFIX);

/** As an agent calls the collector's connection among its own. */
export const centralConnectionId = (name: string): ConnectionId => connectionId(`${PREFIX}${name}`);

/** As the collector calls it. */
export const centralIdOf = (id: ConnectionId): string => id.slice(PREFIX.length);
