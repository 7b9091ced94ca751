import { z } from "zod";

/*
 * What OCSF 1.7.0 says of the class Datastore Activity with the profile Security Control, as far as our events go:
 * which attributes there are, of which type, which are required, and which captions belong to which numbers. Strict, so
 * that an attribute the schema does not have is a mistake. https://schema.ocsf.io/1.7.0/classes/datastore_activity
 */

const TEXT = z.string();
const WHOLE = z.int();

/** A number with the caption that the schema gives it; 99 has the source's own. */
const captions =
  (id: string, caption: string, names: Readonly<Record<number, string>>) =>
  (value: Readonly<Record<string, unknown>>): boolean =>
    value[id] === 99 ||
    (value[id] === undefined && value[caption] === undefined) ||
    names[Number(value[id])] === value[caption];

const oneOf =
  (...names: readonly string[]) =>
  (value: object): boolean =>
    names.some((name) => name in value);

const GROUP = z.strictObject({ name: TEXT.optional(), uid: TEXT.optional() }).refine(oneOf("name", "uid"));

const USER = z
  .strictObject({
    uid: TEXT.optional(),
    name: TEXT.optional(),
    full_name: TEXT.optional(),
    email_addr: TEXT.regex(/^[^@\s]+@[^@\s]+$/).optional(),
    domain: TEXT.optional(),
    groups: z.array(GROUP).optional(),
    type_id: z.literal([0, 1, 2, 3, 4, 99]).optional(),
    type: TEXT.optional(),
  })
  .refine(oneOf("account", "name", "uid"))
  .refine(captions("type_id", "type", { 0: "Unknown", 1: "User", 2: "Admin", 3: "System", 4: "Service" }));

const ACTOR = z
  .strictObject({
    user: USER.optional(),
    app_name: TEXT.optional(),
    app_uid: TEXT.optional(),
    session: z.strictObject({ uid: TEXT.optional(), issuer: TEXT.optional() }).optional(),
    idp: z
      .strictObject({
        name: TEXT.optional(),
        uid: TEXT.optional(),
        issuer: TEXT.optional(),
        protocol_name: TEXT.optional(),
      })
      .optional(),
  })
  .refine(oneOf("process", "user", "invoked_by", "session", "app_name", "app_uid"));

const ENDPOINT = z
  .strictObject({
    uid: TEXT.optional(),
    name: TEXT.optional(),
    hostname: TEXT.regex(/^[^\s:]+$/).optional(),
    ip: z.union([z.ipv4(), z.ipv6()]).optional(),
    port: WHOLE.min(0).max(65_535).optional(),
    svc_name: TEXT.optional(),
  })
  .refine(
    oneOf(
      "ip",
      "uid",
      "name",
      "hostname",
      "svc_name",
      "instance_uid",
      "interface_uid",
      "interface_name",
      "domain",
    ),
  );

export const DATASTORE_ACTIVITY = z
  .strictObject({
    activity_id: z.literal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99]),
    activity_name: TEXT.optional(),
    category_uid: z.literal(6),
    category_name: z.literal("Application Activity").optional(),
    class_uid: z.literal(6005),
    class_name: z.literal("Datastore Activity").optional(),
    type_uid: WHOLE,
    type_name: TEXT.optional(),
    time: WHOLE,
    duration: WHOLE.nonnegative().optional(),
    message: TEXT.optional(),
    severity_id: z.literal([0, 1, 2, 3, 4, 5, 6, 99]),
    severity: TEXT.optional(),
    status_id: z.literal([0, 1, 2, 99]).optional(),
    status: TEXT.optional(),
    status_code: TEXT.optional(),
    status_detail: TEXT.optional(),
    action_id: z.literal([0, 1, 2, 99]).optional(),
    action: TEXT.optional(),
    disposition_id: WHOLE.min(0).max(99).optional(),
    disposition: TEXT.optional(),
    is_alert: z.boolean().optional(),
    risk_score: WHOLE.optional(),
    risk_level_id: z.literal([0, 1, 2, 3, 4, 99]).optional(),
    metadata: z.strictObject({
      version: z.literal("1.7.0"),
      product: z
        .strictObject({
          name: TEXT.optional(),
          vendor_name: TEXT.optional(),
          version: TEXT.optional(),
          uid: TEXT.optional(),
        })
        .refine(oneOf("name", "uid")),
      profiles: z.array(TEXT).optional(),
      uid: TEXT.optional(),
      original_event_uid: TEXT.optional(),
      original_time: TEXT.optional(),
      sequence: WHOLE.optional(),
      event_code: TEXT.optional(),
      log_name: TEXT.optional(),
      log_provider: TEXT.optional(),
      correlation_uid: TEXT.optional(),
      labels: z.array(TEXT).optional(),
    }),
    actor: ACTOR,
    src_endpoint: ENDPOINT,
    dst_endpoint: ENDPOINT.optional(),
    database: z
      .strictObject({
        uid: TEXT.optional(),
        name: TEXT.optional(),
        type_id: z.literal([0, 1, 2, 3, 4, 5, 6, 99]),
        type: TEXT.optional(),
      })
      .refine(oneOf("name", "uid"))
      .refine(
        captions("type_id", "type", {
          0: "Unknown",
          1: "Relational",
          2: "Network",
          3: "Object Oriented",
          4: "Centralized",
          5: "Operational",
          6: "NoSQL",
        }),
      )
      .optional(),
    table: z
      .strictObject({ name: TEXT.optional(), uid: TEXT.optional() })
      .refine(oneOf("name", "uid"))
      .optional(),
    type_id: z.literal([0, 1, 2, 3, 99]).optional(),
    type: TEXT.optional(),
    query_info: z
      .strictObject({
        query_string: TEXT,
        uid: TEXT.optional(),
        name: TEXT.optional(),
        query_time: WHOLE.optional(),
      })
      .refine(oneOf("name", "uid"))
      .optional(),
    unmapped: z.record(TEXT, z.unknown()).optional(),
  })
  .refine(oneOf("database", "databucket", "table"))
  .refine(({ type_uid, class_uid, activity_id }) => type_uid === class_uid * 100 + activity_id)
  .refine(
    captions("activity_id", "activity_name", {
      0: "Unknown",
      1: "Read",
      2: "Update",
      3: "Connect",
      4: "Query",
      5: "Write",
      6: "Create",
      7: "Delete",
      8: "List",
      9: "Encrypt",
      10: "Decrypt",
    }),
  )
  .refine(
    captions("severity_id", "severity", {
      0: "Unknown",
      1: "Informational",
      2: "Low",
      3: "Medium",
      4: "High",
      5: "Critical",
      6: "Fatal",
    }),
  )
  .refine(captions("status_id", "status", { 0: "Unknown", 1: "Success", 2: "Failure" }))
  .refine(captions("action_id", "action", { 0: "Unknown", 1: "Allowed", 2: "Denied" }))
  .refine(
    captions("disposition_id", "disposition", {
      0: "Unknown",
      1: "Allowed",
      2: "Blocked",
      8: "Approved",
      14: "Delayed",
      25: "Rejected",
    }),
  )
  .refine(captions("type_id", "type", { 0: "Unknown", 1: "Database", 2: "Databucket", 3: "Table" }));
