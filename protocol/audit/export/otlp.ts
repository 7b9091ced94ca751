import type { Sha256 } from "../../ids.ts";
import { type RecordSeverity, recordDetails, recordMessage, recordSeverity } from "./recordWords.ts";
import type { PlacedBody } from "./statementJoin.ts";

/** Who sends the logs. */
export interface OtlpSource {
  /** Name of the collector's log. */
  readonly log: string;
  /** Version of Sluice. */
  readonly version: string;
}

export interface OtlpRecord extends PlacedBody {
  readonly chain: Sha256;
  readonly device: string;
  /** When the collector took it, in milliseconds. */
  readonly receivedAt: number;
}

/** Severity numbers of the OpenTelemetry log data model. */
const SEVERITIES: Readonly<Record<RecordSeverity, { number: number; text: string }>> = {
  informational: { number: 9, text: "INFO" },
  notice: { number: 10, text: "INFO2" },
  warning: { number: 13, text: "WARN" },
  alert: { number: 21, text: "FATAL" },
};

/**
 * Records as an ExportLogsServiceRequest of OTLP/HTTP in JSON, without any value of a row. The attribute
 * `log.record.uid` is the record's hash, the same however often it is sent.
 */
export function otlpLogs({ log, version }: OtlpSource, records: readonly OtlpRecord[]) {
  return {
    resourceLogs: [
      {
        resource: {
          attributes: [
            attribute("service.name", "sluice-collector"),
            attribute("service.version", version),
            attribute("service.namespace", log),
          ],
        },
        scopeLogs: [{ scope: { name: "sluice.audit", version }, logRecords: records.map(logRecord) }],
      },
    ],
  };
}

function logRecord({ seq, hash, at, body, chain, device, receivedAt }: OtlpRecord) {
  const severity = SEVERITIES[recordSeverity(body)];
  const details = Object.entries(recordDetails(body)).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [attribute(`sluice.${name}`, value)],
  );
  return {
    timeUnixNano: nanoseconds(Date.parse(at)),
    observedTimeUnixNano: nanoseconds(receivedAt),
    severityNumber: severity.number,
    severityText: severity.text,
    eventName: `sluice.${body.kind}`,
    body: { stringValue: recordMessage(body).toWellFormed() },
    attributes: [
      attribute("log.record.uid", hash),
      attribute("host.name", device),
      attribute("sluice.chain", chain),
      attribute("sluice.seq", seq),
      ...details,
    ],
  };
}

/** 64 bits are text in the JSON of protocol buffers. */
const nanoseconds = (milliseconds: number): string => String(BigInt(Math.max(milliseconds, 0)) * 1_000_000n);

function attribute(key: string, value: string | number) {
  if (typeof value === "string") return { key, value: { stringValue: value.toWellFormed() } };
  return { key, value: Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
}
