import { z } from "zod";
import { DEVICE_STATE, type DeviceState } from "./ingest.ts";

/** `GET /v1/devices?cursor=&limit=`, by name: what people are shown of each. Times are ISO 8601. */
export const LISTED_DEVICE = z.object({
  chain: z.string(),
  name: z.string(),
  /** Null for the collector's own chain. */
  owner: z.object({ name: z.string() }).nullable(),
  state: DEVICE_STATE,
  keys: z.array(z.unknown()).readonly(),
  seq: z.number().int(),
  receivedAt: z.string().nullable(),
  enrolledAt: z.string(),
  /** When an administrator said that it is its owner's; null before. */
  confirmedAt: z.string().nullable(),
});
export type ListedDevice = z.infer<typeof LISTED_DEVICE>;

export const DEVICE_PAGE = z.object({
  devices: z.array(LISTED_DEVICE).readonly(),
  /** Goes on from here as `cursor`; null at the end. */
  next: z.string().nullable(),
});
export type DevicePage = z.infer<typeof DEVICE_PAGE>;

/** What follows where a device is marked so, for whoever is about to do it. */
export function afterMarking(state: DeviceState): readonly string[] {
  if (state === "active")
    return [
      "It may send records, ask others and be lent logins again, with the keys it has.",
      "What ended when it was marked stays ended.",
    ];
  if (state === "released")
    return [
      "Its enrolment is undone, for good: whoever has it enrols it again, in their own name.",
      "What it was granted, was lent or waits for ends now, and so do statements that run on that.",
      "Its records and the keys that signed them stay.",
    ];
  return [
    "From now on the collector takes no records from it, lends it no logins, and lets it ask for nothing.",
    "What it was granted, was lent or waits for ends now, and so do statements that run on that.",
    "Its records stay. What it records meanwhile waits on its own disk until it is active again.",
    "Databases it reaches with a login of its own are not closed to it by this.",
  ];
}
