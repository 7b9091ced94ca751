import { z } from "zod";
import type { DeviceState } from "../../protocol/collector/ingest.ts";
import { sha256 } from "../../protocol/ids.ts";
import { parsed } from "../http/body.ts";
import { type Caller, ownerOf } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import type { Device, Owner } from "../store/device.ts";
import type { DevicePlace, Store } from "../store/store.ts";

interface ListedDevice {
  readonly chain: string;
  readonly name: string;
  readonly owner: Owner | null;
  readonly state: DeviceState;
  readonly keys: Device["keys"];
  readonly seq: number;
  /** ISO 8601; null where no record has come. */
  readonly receivedAt: string | null;
  readonly enrolledAt: string;
  /** ISO 8601; null where no administrator has confirmed it. */
  readonly confirmedAt: string | null;
}

/** `GET /v1/devices?cursor=&limit=`: by name. */
interface DeviceList {
  readonly devices: readonly ListedDevice[];
  /** Goes on from here as `cursor`; null at the end. */
  readonly next: string | null;
}

const LIMIT = z.coerce.number().int().min(1).max(500);
const CURSOR = z.tuple([
  z.string(),
  z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .transform(sha256),
]);

/** The caller's own devices; all of them for who may read everything. @throws Refusal */
export async function listDevices(
  store: Store,
  caller: Caller,
  asked: { readonly cursor: string | undefined; readonly limit: string | undefined },
): Promise<DeviceList> {
  const all = caller.roles.has("auditor") || caller.roles.has("admin");
  const limit = parsed(LIMIT, asked.limit ?? "200", "limit");
  const after = asked.cursor === undefined ? null : placeOf(asked.cursor);
  const found = await store.devices(all ? null : ownerOf(caller), after, limit + 1);
  const devices = found.slice(0, limit);
  const last = devices.at(-1);
  return {
    next: found.length > limit && last !== undefined ? cursorOf(last) : null,
    devices: devices.map(({ chain, name, owner, state, keys, seq, receivedAt, enrolledAt, confirmedAt }) => ({
      chain,
      name,
      owner,
      state,
      keys,
      seq,
      receivedAt: receivedAt === null ? null : new Date(receivedAt).toISOString(),
      enrolledAt: new Date(enrolledAt).toISOString(),
      confirmedAt: confirmedAt === null ? null : new Date(confirmedAt).toISOString(),
    })),
  };
}

const cursorOf = ({ name, chain }: DevicePlace): string =>
  Buffer.from(JSON.stringify([name, chain])).toString("base64url");

/** @throws Refusal */
function placeOf(cursor: string): DevicePlace {
  const [name, chain] = parsed(CURSOR, json(Buffer.from(cursor, "base64url").toString()));
  if (name.includes("\0"))
    throw new Refusal("bad-request", "The cursor is none.", "Begin at the first page.");
  return { name, chain };
}

/** Null where the text is no JSON, which no schema takes either. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
