import { leafText } from "../../protocol/log/leaf.ts";
import { entryBundle, readTilePath, TILE_WIDTH } from "../../protocol/log/tile.ts";
import type { Collector } from "../collector.ts";
import { Refusal } from "../refusal.ts";
import type { Asked } from "./route.ts";

const HASH = 32;

/** A tile or a bundle of entries, as C2SP names them. What was answered once never changes. */
export async function logFile({ store, sequencer }: Collector, { request, reply }: Asked): Promise<Buffer> {
  const path = readTilePath(new URL(request.url, "http://log").pathname.slice(1));
  if (path === null) throw noFile();
  const { size } = await sequencer.published();
  const level = path.kind === "tile" ? path.level : 0;
  // Nothing is shown of what no checkpoint covers yet.
  const filled = Math.floor(size / TILE_WIDTH ** level) - path.index * TILE_WIDTH;
  if (filled < path.width) throw noFile();
  void reply.type("application/octet-stream").header("cache-control", "public, max-age=31536000, immutable");
  if (path.kind === "tile") {
    const tile = await store.tile(path.level, path.index);
    return Buffer.from(tile.subarray(0, path.width * HASH));
  }
  const from = path.index * TILE_WIDTH;
  const leaves = await store.leaves(from, from + path.width);
  return Buffer.from(entryBundle(leaves.map((leaf) => Buffer.from(leafText(leaf)))));
}

const noFile = (): Refusal =>
  new Refusal(
    "not-found",
    "The log has no such file.",
    "Read the checkpoint: it tells how large the log is.",
  );
