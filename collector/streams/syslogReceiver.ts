import fs from "node:fs";
import net from "node:net";
import tls from "node:tls";
import { syslogLine } from "../../protocol/audit/export/syslog.ts";
import { reasonOf } from "./post.ts";
import { failed, type Sent, type StreamReceiver } from "./receiver.ts";
import type { StreamOf } from "./settings.ts";
import type { Streamed } from "./streamed.ts";

const SILENCE_MS = 15_000;
/** A receiver that cuts the connection has time to be noticed before it is told the end, after which it should close. */
const LINGER_MS = 50;
const TURNS = 3;

/**
 * Sends every record as a message of RFC 5424 over TLS (RFC 5425) or TCP, each with its length before it. Syslog knows no
 * acknowledgement: a batch counts as taken when the receiver, which has been told the end of it, has closed its side too
 * and nothing went wrong until then.
 */
export const syslogReceiver = (settings: StreamOf<"syslog">): StreamReceiver => ({
  send: (records, signal) =>
    new Promise((resolve) => {
      const frames = Buffer.concat(records.map(frameOf));
      const socket = connect(settings);
      let ended = false;
      let lingering: NodeJS.Timeout | undefined;
      const settle = (sent: Sent): void => {
        clearTimeout(lingering);
        signal.removeEventListener("abort", stop);
        socket.destroy();
        resolve(sent);
      };
      const stop = (): void => settle(failed("the collector stops"));
      if (signal.aborted) return stop();
      signal.addEventListener("abort", stop);
      socket.setTimeout(SILENCE_MS, () => settle(failed("it does not close the connection, or hangs")));
      socket.once("error", (error) => settle(failed(reasonOf(error))));
      socket.once(settings.tls ? "secureConnect" : "connect", () => {
        socket.write(frames, () => {
          lingering = setTimeout(() => {
            afterTurns(TURNS, () => {
              if (socket.destroyed) return;
              ended = true;
              socket.end();
            });
          }, LINGER_MS);
        });
      });
      // Nothing is expected; what comes is read so that the end of it is seen.
      socket.resume();
      socket.once("close", (withError) => {
        if (withError || !ended) settle(failed("the connection was cut"));
        else settle({ kind: "taken" });
      });
      socket.once("end", () => {
        if (!ended) settle(failed("it closed the connection before the end"));
      });
    }),
});

/** What has arrived meanwhile is read first, however late this process is. */
function afterTurns(turns: number, work: () => void): void {
  setImmediate(() => (turns > 1 ? afterTurns(turns - 1, work) : work()));
}

function connect({ host, port, tls: secure, ca }: StreamOf<"syslog">): net.Socket {
  if (!secure) return net.connect({ host, port, allowHalfOpen: true });
  return tls.connect({
    host,
    port,
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca: fs.readFileSync(ca) }),
    minVersion: "TLSv1.2",
  });
}

/** MSG-LEN, a space, the message. */
function frameOf({ chain, device, hash, record: { seq, at, body } }: Streamed): Buffer {
  const message = Buffer.from(syslogLine({ chain, host: device }, { seq, hash, at, body }).slice(0, -1));
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}
