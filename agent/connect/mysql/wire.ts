/**
 * The part of mysql2's connection that a command of our own needs. mysql2 parses the handshake, TLS and packets;
 * its own Query command hides the server's status and turns values into JavaScript's types, so it is not used.
 */
export interface WireConnection {
  sequenceId: number;
  addCommand(command: WireCommand): unknown;
  writePacket(packet: OutgoingPacket): void;
}

/** What mysql2 calls: `execute` with nothing to begin, then with each packet until it answers true. */
export interface WireCommand {
  execute(packet: WirePacket | undefined, connection: WireConnection): boolean;
  /** The connection broke. */
  onResult(failure: unknown): void;
}

/** One packet from the server; its buffer is used again after `execute` returned. */
export interface WirePacket {
  readonly buffer: Buffer;
  offset: number;
  readonly end: number;
  readLengthCodedNumber(): number | null;
}

export interface OutgoingPacket {
  readonly buffer: Buffer;
  length(): number;
  writeHeader(sequenceId: number): void;
}

/** @throws TypeError where mysql2 is not the version this was written for. */
export function wireOf(connection: object): WireConnection {
  if (isWire(connection)) return connection;
  throw new TypeError("mysql2 has changed: its connection takes no commands.");
}

const isWire = (value: object): value is WireConnection =>
  "addCommand" in value &&
  typeof value.addCommand === "function" &&
  "writePacket" in value &&
  typeof value.writePacket === "function" &&
  "sequenceId" in value &&
  typeof value.sequenceId === "number";

const HEADER_BYTES = 4;

/** A packet with the header mysql2 fills in when it sends it. */
export function outgoing(payload: Buffer): OutgoingPacket {
  const buffer = Buffer.alloc(HEADER_BYTES + payload.length);
  payload.copy(buffer, HEADER_BYTES);
  return {
    buffer,
    length: () => buffer.length,
    writeHeader: (sequenceId) => {
      buffer.writeUIntLE(payload.length, 0, 3);
      buffer.writeUInt8(sequenceId, 3);
    },
  };
}
