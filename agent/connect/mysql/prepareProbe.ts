import { type ErrPacket, isErr, readErr } from "./packets.ts";
import { outgoing, type WireCommand, type WireConnection, type WirePacket } from "./wire.ts";

const COM_STMT_PREPARE = 0x16;
const COM_STMT_CLOSE = 0x19;

/**
 * Asks the server to prepare a statement and forget it: names are resolved and nothing runs. Comes to the
 * refusal, or null. Tells a mistake in a statement's text from an error that a running statement raised.
 */
export class PrepareProbe implements WireCommand {
  readonly landed: Promise<ErrPacket | null>;
  readonly #text: string;
  #id = 0;
  /** Packets that describe parameters and columns; each list ends with one of its own. */
  #left: number | null = null;
  #resolve: (refusal: ErrPacket | null) => void = () => {};
  #reject: (failure: unknown) => void = () => {};

  constructor(text: string) {
    this.#text = text;
    this.landed = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.landed.catch(() => {});
  }

  onResult(failure: unknown): void {
    this.#reject(failure);
  }

  execute(packet: WirePacket | undefined, connection: WireConnection): boolean {
    if (packet === undefined) {
      connection.sequenceId = 0;
      connection.writePacket(outgoing(Buffer.concat([Buffer.of(COM_STMT_PREPARE), Buffer.from(this.#text)])));
      return false;
    }
    if (this.#left === null) {
      if (isErr(packet)) {
        this.#resolve(readErr(packet));
        return true;
      }
      const { buffer, offset } = packet;
      this.#id = buffer.readUInt32LE(offset + 1);
      const columns = buffer.readUInt16LE(offset + 5);
      const parameters = buffer.readUInt16LE(offset + 7);
      this.#left = listed(columns) + listed(parameters);
    } else {
      this.#left -= 1;
    }
    if (this.#left > 0) return false;
    connection.sequenceId = 0;
    const close = Buffer.alloc(5);
    close.writeUInt8(COM_STMT_CLOSE);
    close.writeUInt32LE(this.#id, 1);
    connection.writePacket(outgoing(close));
    this.#resolve(null);
    return true;
  }
}

const listed = (count: number): number => (count === 0 ? 0 : count + 1);
