/**
 * Names of the log's files, as C2SP has them: a tile holds the hashes of 256 subtrees, and each of its hashes is that
 * of a tile one level below. https://c2sp.org/tlog-tiles
 */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;

/** Hashes of level 8·`level`, from 256·`index` on. `width` below 256 is a tile the tree has not filled yet. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** `tile/0/x001/234`, `tile/1/000.p/12`. */
export const tilePath = ({ level, index, width }: Tile): string => `tile/${level}/${place(index, width)}`;

/** The entries themselves: `tile/entries/x001/234`. */
export const entriesPath = ({ index, width }: Omit<Tile, "level">): string =>
  `tile/entries/${place(index, width)}`;

function place(index: number, width: number): string {
  const groups: string[] = [];
  for (let rest = index; ; rest = Math.floor(rest / 1000)) {
    const group = String(rest % 1000).padStart(3, "0");
    groups.unshift(groups.length === 0 ? group : `x${group}`);
    if (rest < 1000) break;
  }
  return `${groups.join("/")}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

const PATH =
  /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** Reads a path; null where it names no file of a log. */
export function readTilePath(
  path: string,
): ({ readonly kind: "tile" } & Tile) | ({ readonly kind: "entries" } & Omit<Tile, "level">) | null {
  const [level, groups = "", part] = PATH.exec(path)?.slice(1) ?? [];
  if (level === undefined) return null;
  const index = Number(groups.replaceAll(/[x/]/g, ""));
  const width = part === undefined ? TILE_WIDTH : Number(part);
  if (width > TILE_WIDTH || (part !== undefined && width === TILE_WIDTH) || !Number.isSafeInteger(index))
    return null;
  const read =
    level === "entries"
      ? ({ kind: "entries", index, width } as const)
      : ({ kind: "tile", level: Number(level), index, width } as const);
  const again = read.kind === "entries" ? entriesPath(read) : tilePath(read);
  return again === path ? read : null;
}

/** Entries of a bundle: each two bytes of length, then itself. */
export function entryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((length, entry) => length + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > 0xffff) throw new RangeError("An entry of a log has at most 65,535 bytes.");
    bytes[at] = entry.length >> 8;
    bytes[at + 1] = entry.length & 0xff;
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/** Null where the bytes are cut or have a rest. */
export function readEntryBundle(bytes: Uint8Array): readonly Uint8Array[] | null {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const end = at + 2 + length;
    if (end > bytes.length) return null;
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  return entries;
}
