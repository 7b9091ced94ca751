import { z } from "zod";
import { ACTOR, CONNECTION } from "./parties.ts";

/** What was asked and what was decided; shared by what ran and what was refused. Holds no value of any row. */
export const JUDGEMENT = {
  actor: ACTOR,
  client: z.object({ kind: z.string(), session: z.string() }),
  connection: CONNECTION,
  purpose: z.string().nullable(),
  /** Literals beside sensitive columns are replaced by `'…'`. */
  statement: z.string(),
  statementKind: z.string(),
  effect: z.string(),
  /** `schema.table.column` with the role of its use. */
  reads: z.array(
    z.object({
      column: z.string(),
      role: z.string(),
      /** The column stands alone in its role, in no expression. */
      bare: z.literal(true).exactOptional(),
    }),
  ),
  writes: z.array(z.string()),
  outputs: z.array(
    z.object({
      name: z.string(),
      mask: z.string().nullable(),
      sources: z.array(z.string()),
      /** How it is made of its sources; left out where it is one of them unchanged. */
      transform: z.string().exactOptional(),
      /** It tells how many, and no value. */
      countOnly: z.literal(true).exactOptional(),
    }),
  ),
  labels: z.array(
    z.object({
      column: z.string(),
      infoType: z.string(),
      level: z.string(),
      category: z.string().exactOptional(),
      /** How it is hidden where policy does not say. */
      mask: z.string().exactOptional(),
    }),
  ),
  findings: z.array(z.object({ rule: z.string(), verdict: z.string() })),
  risk: z.number(),
  riskFactors: z.array(z.object({ name: z.string(), points: z.number() })),
  verdict: z.enum(["allow", "approve", "deny"]),
  reason: z.string(),
  policyVersion: z.string(),
  /** Where masked columns are hidden; `reason` says why not by the server where policy asked for that. */
  masks: z.object({ at: z.enum(["nowhere", "source", "agent"]), reason: z.string().nullable() }),
  matches: z.number().int(),
  inferences: z.number().int(),
  /** By whose agreement it ran although it needs approval; null where it ran, or not, without. */
  grant: z.object({ id: z.string(), approvers: z.array(z.string()).readonly() }).nullable(),
  /** The program's task it is a part of. */
  task: z.string().nullable(),
  /** The suggestion of a model it comes from, also where a person changed it. */
  suggestion: z.string().nullable(),
  /** What another policy needs to judge the same statement, beside the fields above. */
  basis: z
    .object({
      /** Version of the collector's policy it was judged under; 0 for none. */
      central: z.number().int().nonnegative(),
      /** Used columns that nobody had classified. */
      unclassified: z.array(z.string()),
      /** `schema.name` of tables and views, also those behind others. */
      relations: z.array(z.string()),
      functions: z.array(z.string()),
      /** Where sensitive columns are copied to; left out where none is. */
      flows: z
        .array(
          z.object({
            target: z.string(),
            sources: z.array(z.string()),
            /** Something flows in that nobody can attribute. */
            opaque: z.literal(true).exactOptional(),
          }),
        )
        .min(1)
        .exactOptional(),
      /** LIMIT, where it is a number. */
      limit: z.number().nullable(),
      /** Rows policy let it show at most, where it said so. */
      maxRows: z.number().nullable(),
      /** Inferences the actor had drawn within the hour. */
      inferencesBefore: z.number().int(),
    })
    .exactOptional(),
  /** What a policy that is only observed would have said; nothing came of it. */
  observed: z
    .object({
      version: z.number().int().positive(),
      /** Null where it could not judge. */
      verdict: z.enum(["allow", "approve", "deny"]).nullable(),
      /** Rules it weighs otherwise than the one in force; a null verdict: it finds nothing. */
      findings: z.array(z.object({ rule: z.string(), verdict: z.string().nullable() })),
      /** Outputs it hides otherwise, by their position. */
      masks: z.array(z.object({ output: z.number().int(), mask: z.string().nullable() })),
    })
    .exactOptional(),
  /** Elevations without which it would have been judged otherwise; left out where there are none. */
  elevations: z.array(z.string()).min(1).exactOptional(),
};
