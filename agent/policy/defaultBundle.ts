/** One Cedar policy by its id. */
export interface PolicyText {
  readonly id: string;
  readonly text: string;
}

/**
 * The policy Sluice comes with. `@approval` makes a permit conditional on that group's agreement; `@reason` is
 * told to a person whom it stops. A connection without an environment comes here as production, unset.
 */
export const DEFAULT_BUNDLE: readonly PolicyText[] = [
  {
    id: "people-read",
    text: `permit (principal is User, action == Action::"read", resource);`,
  },
  {
    id: "local-users-read",
    text: `permit (principal is LocalUser, action == Action::"read", resource);`,
  },
  {
    id: "local-users-not-in-production",
    text: `@reason("This connection is marked production, and a local user is not verified by anyone. Sign in with your company's provider.")
forbid (principal is LocalUser, action, resource)
when { context.environment == "production" && context.environmentSet };`,
  },
  {
    id: "programs-read",
    text: `permit (principal, action == Action::"read", resource)
when { principal is Service || principal is AiAgent };`,
  },
  {
    id: "services-only-read",
    text: `@reason("Services may read, and change nothing.")
forbid (principal is Service, action in [Action::"write", Action::"ddl", Action::"admin"], resource);`,
  },
  {
    id: "agents-never-change-the-schema",
    text: `@reason("AI agents may not change the schema or administer the database: a person has to.")
forbid (principal is AiAgent, action in [Action::"ddl", Action::"admin"], resource);`,
  },
  {
    // Where the person would need others to agree, their agent does too.
    id: "agents-write-with-their-person",
    text: `@approval("person")
permit (principal is AiAgent, action == Action::"write", resource);`,
  },
  {
    id: "people-change-development",
    text: `permit (principal, action in [Action::"write", Action::"ddl", Action::"admin"], resource)
when { (principal is User || principal is LocalUser) && context.environment == "development" };`,
  },
  {
    id: "people-write-staging",
    text: `permit (principal is User, action == Action::"write", resource)
when { context.environment == "staging" };`,
  },
  {
    id: "people-change-with-approval",
    text: `@approval("sluice-dba")
permit (principal, action in [Action::"write", Action::"ddl", Action::"admin"], resource)
when { principal is User || principal is LocalUser };`,
  },
  {
    id: "dba-changes",
    text: `permit (principal in Group::"sluice-dba", action in [Action::"write", Action::"ddl", Action::"admin"], resource)
when { principal is User };`,
  },
  {
    id: "people-match",
    text: `permit (principal, action == Action::"match", resource)
when { principal is User || principal is LocalUser };`,
  },
  {
    id: "people-infer-confidential",
    text: `permit (principal, action == Action::"infer", resource)
when { (principal is User || principal is LocalUser) && resource.level == "confidential" };`,
  },
  {
    id: "people-infer-restricted-with-approval",
    text: `@approval("sluice-dba")
permit (principal, action == Action::"infer", resource)
when { (principal is User || principal is LocalUser) && resource.level == "restricted" };`,
  },
  {
    // A text is restricted where the detectors found what is restricted in it, and that is what they take out.
    id: "people-read-redacted",
    text: `permit (principal, action == Action::"redact", resource)
when { (principal is User || principal is LocalUser)
  && (resource.level == "confidential" || (resource.infoType == "free_text" && resource.category != "PHI")) };`,
  },
  {
    id: "pii-readers-reveal",
    text: `permit (principal in Group::"sluice-pii-readers", action in [Action::"reveal", Action::"infer"], resource)
when { principal is User && resource.category == "PII" && resource.level == "confidential" };`,
  },
  {
    id: "phi-readers-reveal",
    text: `permit (principal in Group::"sluice-phi-readers", action in [Action::"reveal", Action::"infer"], resource)
when { principal is User && resource.category == "PHI" };`,
  },
  {
    id: "pci-readers-reveal",
    text: `permit (principal in Group::"sluice-pci-readers", action in [Action::"reveal", Action::"infer"], resource)
when { principal is User && resource.category == "PCI" };`,
  },
  {
    id: "business-readers-reveal",
    text: `permit (principal in Group::"sluice-business-readers", action in [Action::"reveal", Action::"infer"], resource)
when { principal is User && resource.category == "business" };`,
  },
  {
    // For a while, and only what is known to be something: nobody can agree to what nobody knows.
    id: "people-reveal-with-approval",
    text: `@approval("sluice-dba")
permit (principal, action == Action::"reveal", resource)
when { principal is User && resource.infoType != "unclassified" };`,
  },
  {
    id: "people-reveal-restricted-with-approvals",
    text: `@approval("sluice-dba")
@approvals("2")
permit (principal, action == Action::"reveal", resource)
when { principal is User && resource.level == "restricted" && context.environment == "production" };`,
  },
  {
    id: "nobody-reveals-credentials",
    text: `@reason("Keys, passwords and tokens are shown to nobody.")
forbid (principal, action == Action::"reveal", resource)
when { resource.category == "credential" };`,
  },
  {
    id: "stewards-relabel",
    text: `permit (principal in Group::"sluice-stewards", action == Action::"relabel", resource)
when { principal is User };`,
  },
  {
    id: "people-relabel-development",
    text: `permit (principal, action == Action::"relabel", resource)
when { (principal is User || principal is LocalUser) && context.environment == "development" };`,
  },
  {
    id: "programs-never-relabel",
    text: `@reason("Services and AI agents may not lower a label: a person has to.")
forbid (principal, action == Action::"relabel", resource)
when { principal is Service || principal is AiAgent };`,
  },
];
