/** What policies may speak of: DESIGN section 7. Every policy is validated against it before anything runs. */
export const CEDAR_SCHEMA = `
entity Group;
entity User in [Group] { issuer: String, verified: Bool };
entity LocalUser;
entity Service in [Group];
entity AiAgent in [Group] { agent: String, asserted: Bool };

entity Connection { name: String, engine: String, host: String, database: String };
entity Column { schema: String, table: String, name: String, infoType: String, category: String, level: String };

type Facts = {
  environment: String,
  environmentSet: Bool,
  kind: String,
  purpose: String,
};

action read, write, ddl, admin appliesTo {
  principal: [User, LocalUser, Service, AiAgent],
  resource: [Connection],
  context: Facts,
};
type Suggested = {
  environment: String,
  environmentSet: Bool,
  kind: String,
  purpose: String,
  effect: String,
  sensitive: Bool,
};

action unreviewed, keep_prompt appliesTo {
  principal: [User, LocalUser, Service, AiAgent],
  resource: [Connection],
  context: Suggested,
};
action match, infer, reveal, redact, relabel appliesTo {
  principal: [User, LocalUser, Service, AiAgent],
  resource: [Column],
  context: Facts,
};
`;

/** What can be asked of a connection, and of a column. */
export type ConnectionAction = "read" | "write" | "ddl" | "admin";
/** Of what a model wrote: whether it runs unseen, and whether what was sent to the model is kept in the record. */
export type SuggestionAction = "unreviewed" | "keep_prompt";
export type ColumnAction = "match" | "infer" | "reveal" | "redact" | "relabel";
