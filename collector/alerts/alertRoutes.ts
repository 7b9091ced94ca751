import { z } from "zod";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Collector } from "../collector.ts";
import { parsed } from "../http/body.ts";
import { checkQuery } from "../http/checkQuery.ts";
import type { Asked, Route } from "../http/route.ts";
import { ALERT_KINDS, type Alert, type AlertKind, type AlertPlace, LISTED_EVIDENCE } from "../store/alert.ts";
import type { Store } from "../store/store.ts";
import { ACKNOWLEDGEMENT, acknowledge, noAlert } from "./acknowledge.ts";

const ID = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const LIMIT = z.coerce.number().int().min(1).max(1_000).default(200);
const KIND = z.enum(ALERT_KINDS);
const OPEN = z.literal("true");
/** Time and number of the last alert of the page before. */
const CURSOR = z
  .string()
  .regex(/^[0-9]{1,15}\.[0-9]{1,15}$/)
  .transform((text): AlertPlace => {
    const [lastAt = "", id = ""] = text.split(".");
    return { lastAt: Number(lastAt), id: Number(id) };
  });

/** What somebody has to look at, and that somebody did. */
export const alertRoutes = ({ store, sequencer }: Collector): readonly Route[] => [
  {
    method: "GET",
    path: "/v1/alerts",
    access: "auditor",
    handle: (asked) => listAlerts(store, asked),
  },
  {
    method: "GET",
    path: "/v1/alerts/:id",
    access: "auditor",
    handle: async ({ param }) => {
      const alert = await store.alert(parsed(ID, param("id")));
      if (alert === null) throw noAlert();
      return alert;
    },
  },
  {
    method: "POST",
    path: "/v1/alerts/:id/acknowledge",
    access: "admin",
    handle: ({ request, param }, caller) => {
      const { reason } = parsed(ACKNOWLEDGEMENT, request.body);
      return acknowledge(sequencer, caller, parsed(ID, param("id")), reason);
    },
  },
];

/** Which device an alert is about, and whose it is. */
interface AlertDevice {
  readonly name: string;
  /** As the provider calls them; null for the collector itself, and where the device is nobody's any more. */
  readonly owner: string | null;
}

/** `GET /v1/alerts?cursor=&limit=&kind=&open=true`: seen last first. */
interface AlertList {
  /**
   * `whole`: not only the beginning of its evidence, which `GET /v1/alerts/:id` has to the end. `device` is null where it
   * is not known any more.
   */
  readonly alerts: readonly (Alert & { readonly whole: boolean; readonly device: AlertDevice | null })[];
  /** Goes on from here as `cursor`; null at the end. */
  readonly next: string | null;
  /** How many of each kind nobody has acknowledged, whatever the page holds. */
  readonly open: Readonly<Partial<Record<AlertKind, number>>>;
}

const isWhole = ({ evidence, first }: Alert): boolean =>
  Math.max(evidence.length, first?.evidence.length ?? 0) <= LISTED_EVIDENCE;

async function listAlerts(store: Store, asked: Asked): Promise<AlertList> {
  checkQuery(asked, ["cursor", "limit", "kind", "open"]);
  const [cursor, kind, open] = [asked.query("cursor"), asked.query("kind"), asked.query("open")];
  const limit = parsed(LIMIT, asked.query("limit"), "limit");
  const found = await store.alerts(limit + 1, {
    ...(cursor === undefined ? {} : { after: parsed(CURSOR, cursor, "cursor") }),
    ...(kind === undefined ? {} : { kind: parsed(KIND, kind, "kind") }),
    ...(open === undefined ? {} : { open: parsed(OPEN, open, "open") === "true" }),
  });
  const shown = found.slice(0, limit);
  const devices = await devicesOf(store, shown);
  const alerts = shown.map((alert) => ({
    ...alert,
    whole: isWhole(alert),
    device: devices.get(alert.chain) ?? null,
  }));
  const last = found.length > limit ? alerts.at(-1) : undefined;
  return {
    alerts,
    next: last === undefined ? null : `${last.lastAt}.${last.id}`,
    open: Object.fromEntries(await store.openAlerts()),
  };
}

async function devicesOf(store: Store, alerts: readonly Alert[]): Promise<ReadonlyMap<Sha256, AlertDevice>> {
  const devices = new Map<Sha256, AlertDevice>();
  for (const chain of new Set(alerts.map((alert) => alert.chain))) {
    const device = await store.device(chain);
    if (device !== null) devices.set(chain, { name: device.name, owner: device.owner?.name ?? null });
  }
  return devices;
}
