import type { WirePacket } from "./wire.ts";

/** https://mariadb.com/kb/en/ok_packet/#server-status-flag */
const IN_TRANSACTION = 0x0001;
const AUTOCOMMIT = 0x0002;
const MORE_RESULTS = 0x0008;

/** What the server says of the session with every answer but an error. */
export interface ServerStatus {
  readonly inTransaction: boolean;
  readonly autocommit: boolean;
  readonly moreResults: boolean;
}

export interface OkPacket {
  readonly affected: number;
  /** What AUTO_INCREMENT gave the first row; 0 where it gave none. */
  readonly insertId: number;
  /** Rows that an UPDATE found, and those of them it made different; undefined where the server does not say. */
  readonly updated: { readonly found: number; readonly changed: number } | undefined;
  readonly warnings: number;
  readonly status: ServerStatus;
}

/** The server's refusal. Its message may quote data. */
export class ErrPacket extends Error {
  readonly errno: number;
  readonly sqlstate: string;

  constructor(errno: number, sqlstate: string, message: string) {
    super(message);
    this.name = "ErrPacket";
    this.errno = errno;
    this.sqlstate = sqlstate;
  }
}

const firstByte = (packet: WirePacket): number => packet.buffer[packet.offset] ?? 0;

/** Payload of one packet, in bytes. */
const payload = (packet: WirePacket): number => packet.end - packet.offset;

export const isErr = (packet: WirePacket): boolean => firstByte(packet) === 0xff;
export const isOk = (packet: WirePacket): boolean => firstByte(packet) === 0x00;
export const asksForFile = (packet: WirePacket): boolean => firstByte(packet) === 0xfb;
/** A row may begin with the same byte, but is longer. */
export const isEof = (packet: WirePacket): boolean => firstByte(packet) === 0xfe && payload(packet) < 9;

export function readErr(packet: WirePacket): ErrPacket {
  const { buffer, offset, end } = packet;
  const errno = buffer.readUInt16LE(offset + 1);
  // Errors before the handshake ended carry no SQLSTATE.
  const marked = buffer[offset + 3] === 0x23;
  const sqlstate = marked ? buffer.toString("latin1", offset + 4, offset + 9) : "HY000";
  return new ErrPacket(errno, sqlstate, buffer.toString("utf8", offset + (marked ? 9 : 3), end));
}

export function readOk(packet: WirePacket): OkPacket {
  packet.offset += 1;
  const affected = packet.readLengthCodedNumber() ?? 0;
  const insertId = packet.readLengthCodedNumber() ?? 0;
  const { buffer, offset, end } = packet;
  return {
    affected,
    insertId,
    updated: updatedRows(buffer.toString("latin1", offset + 4, end)),
    warnings: buffer.readUInt16LE(offset + 2),
    status: status(buffer.readUInt16LE(offset)),
  };
}

/** "Rows matched: 3  Changed: 2  Warnings: 0", in the server's language. */
function updatedRows(info: string): OkPacket["updated"] {
  const [, found, changed] = /(\d+)\D+(\d+)\D+\d+\D*$/.exec(info) ?? [];
  return found === undefined ? undefined : { found: Number(found), changed: Number(changed) };
}

/** What ends a result with rows. */
export type EofPacket = Pick<OkPacket, "warnings" | "status">;

export const readEof = ({ buffer, offset }: WirePacket): EofPacket => ({
  warnings: buffer.readUInt16LE(offset + 1),
  status: status(buffer.readUInt16LE(offset + 3)),
});

const status = (flags: number): ServerStatus => ({
  inTransaction: (flags & IN_TRANSACTION) !== 0,
  autocommit: (flags & AUTOCOMMIT) !== 0,
  moreResults: (flags & MORE_RESULTS) !== 0,
});
