import { z } from "zod";

/**
 * An ExportLogsServiceRequest as OTLP/HTTP has it in JSON: field names in lowerCamelCase, enumerations as numbers, numbers
 * of 64 bits as decimal text. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
const UINT64 = z.string().regex(/^(0|[1-9]\d{0,19})$/);
const VALUE = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ intValue: z.string().regex(/^-?\d{1,19}$/) }),
  z.strictObject({ doubleValue: z.number() }),
  z.strictObject({ boolValue: z.boolean() }),
]);
const ATTRIBUTES = z
  .array(z.strictObject({ key: z.string().min(1), value: VALUE }))
  .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, "a key twice");
const LOG_RECORD = z.strictObject({
  timeUnixNano: UINT64,
  observedTimeUnixNano: UINT64,
  severityNumber: z.int().min(1).max(24),
  severityText: z.string(),
  eventName: z.string(),
  body: VALUE,
  attributes: ATTRIBUTES,
});
export const OTLP_REQUEST = z.strictObject({
  resourceLogs: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: ATTRIBUTES }),
      scopeLogs: z.array(
        z.strictObject({
          scope: z.strictObject({ name: z.string(), version: z.string() }),
          logRecords: z.array(LOG_RECORD),
        }),
      ),
    }),
  ),
});

/** Log records of a body, with the attributes as an object. */
export const logRecordsOf = (body: string) =>
  OTLP_REQUEST.parse(JSON.parse(body)).resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map(({ attributes, ...record }) => ({
        ...record,
        attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
      })),
    ),
  );
