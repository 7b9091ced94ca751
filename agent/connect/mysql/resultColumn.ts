import type { DescribedColumn } from "../databaseSession.ts";
import type { WirePacket } from "./wire.ts";

/** One result column. Neither relation nor ordinal: what the server says of origins misleads (merged subqueries). */
export interface ResultColumn extends DescribedColumn {
  readonly type: string;
  /** Bytes that are no text; shown as `\x` and hex digits. */
  readonly binary: boolean;
}

const BINARY_CHARSET = 63;

/** https://mariadb.com/kb/en/result-set-packets/#field-types: name, and name where the charset is binary. */
const TYPES: Readonly<Record<number, readonly [text: string, bytes?: string]>> = {
  0: ["decimal"],
  1: ["tinyint"],
  2: ["smallint"],
  3: ["int"],
  4: ["float"],
  5: ["double"],
  6: ["null"],
  7: ["timestamp"],
  8: ["bigint"],
  9: ["mediumint"],
  10: ["date"],
  11: ["time"],
  12: ["datetime"],
  13: ["year"],
  14: ["date"],
  15: ["varchar", "varbinary"],
  16: ["bit", "bit"],
  242: ["vector", "vector"],
  245: ["json"],
  246: ["decimal"],
  247: ["enum"],
  248: ["set"],
  249: ["tinytext", "tinyblob"],
  250: ["mediumtext", "mediumblob"],
  251: ["longtext", "longblob"],
  252: ["text", "blob"],
  253: ["varchar", "varbinary"],
  254: ["char", "binary"],
  255: ["geometry", "geometry"],
};

const ENUM_FLAG = 0x0100;
const SET_FLAG = 0x0800;

/** `extended`: MariaDB's extended metadata was agreed upon. */
export function readColumn(packet: WirePacket, extended: boolean): ResultColumn {
  // Catalog, schema, table and original table.
  for (let skipped = 0; skipped < 4; skipped += 1) lengthCodedText(packet);
  const name = lengthCodedText(packet);
  lengthCodedText(packet);
  const known = extended ? extendedType(packet) : undefined;
  const { buffer } = packet;
  const at = packet.offset + 1;
  const charset = buffer.readUInt16LE(at);
  const code = buffer[at + 6] ?? 0;
  const flags = buffer.readUInt16LE(at + 7);
  const [text, bytes] = TYPES[code] ?? [`type ${code}`, `type ${code}`];
  const binary = charset === BINARY_CHARSET && bytes !== undefined;
  const listed = (flags & ENUM_FLAG) !== 0 ? "enum" : (flags & SET_FLAG) !== 0 ? "set" : undefined;
  const type = known ?? listed ?? (binary ? bytes : text);
  return { name, relationOid: 0, ordinal: 0, typeOid: 0, type, binary };
}

/** The values of one row, as the server prints them. */
export function readRow(packet: WirePacket, columns: readonly ResultColumn[]): readonly (string | null)[] {
  return columns.map(({ binary }) => {
    const length = packet.readLengthCodedNumber();
    if (length === null) return null;
    const start = packet.offset;
    packet.offset += length;
    return binary
      ? `\\x${packet.buffer.toString("hex", start, start + length)}`
      : packet.buffer.toString("utf8", start, start + length);
  });
}

function lengthCodedText(packet: WirePacket): string {
  const length = packet.readLengthCodedNumber() ?? 0;
  const start = packet.offset;
  packet.offset += length;
  return packet.buffer.toString("utf8", start, start + length);
}

/** Types the protocol has no code for: `uuid`, `inet6`, and JSON, which MariaDB keeps as text. */
function extendedType(packet: WirePacket): string | undefined {
  const end = (packet.readLengthCodedNumber() ?? 0) + packet.offset;
  let type: string | undefined;
  while (packet.offset < end) {
    packet.offset += 1;
    type = lengthCodedText(packet);
  }
  packet.offset = end;
  return type;
}
