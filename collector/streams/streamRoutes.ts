import type { StreamList } from "../../protocol/collector/streams.ts";
import type { Collector } from "../collector.ts";
import type { Route } from "../http/route.ts";
import { listStreams } from "./listStreams.ts";

/** How far receivers are. */
export const streamRoutes = (collector: Collector): readonly Route[] => [
  { method: "GET", path: "/v1/streams", access: "auditor", handle: () => streamsOf(collector) },
];

/** Every stream, beside the log's size. */
export async function streamsOf({
  store,
  sequencer,
  streamSettings,
}: Pick<Collector, "store" | "sequencer" | "streamSettings">): Promise<StreamList> {
  const { size } = await sequencer.published();
  return { size, streams: await listStreams(store.streams, streamSettings, size) };
}

/** What everybody may know of them: how many there are, and how they fare. */
export async function streamHealth(
  collector: Pick<Collector, "store" | "sequencer" | "streamSettings">,
): Promise<{ readonly set: number; readonly failing: number; readonly behind: number } | null> {
  if (collector.streamSettings.length === 0) return null;
  try {
    const streams = (await streamsOf(collector)).streams.filter(({ kind }) => kind !== null);
    return {
      set: streams.length,
      failing: streams.filter(({ problem }) => problem !== null).length,
      behind: Math.max(...streams.map(({ behind }) => behind)),
    };
  } catch {
    // Whether the store can be used is what /ready is for.
    return null;
  }
}
