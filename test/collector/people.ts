import type { DemoAccount } from "../../scripts/demo/accounts.ts";
import { idTokenOf } from "../../scripts/demo/idToken.ts";
import { type DemoProvider, startDemoProvider } from "../../scripts/demo/provider.ts";

export const account = (login: string, ...groups: string[]): DemoAccount => ({
  login,
  password: `${login}-test`,
  name: `${login} of the test`,
  email: `${login}@test.example`,
  groups,
});

const ACCOUNTS = [
  account("member", "staff"),
  account("other"),
  account("approver", "sluice-approvers"),
  account("auditor", "sluice-auditors"),
  account("admin", "sluice-admins"),
] as const;

export const PEOPLE = ["member", "other", "approver", "auditor", "admin"] as const;
export type Person = (typeof PEOPLE)[number];

/** A real provider with one account for each role. */
export const startProvider = (accessTokenTtl?: number): Promise<DemoProvider> =>
  startDemoProvider({ accounts: ACCOUNTS, ...(accessTokenTtl === undefined ? {} : { accessTokenTtl }) });

/** The id token of a real sign-in. */
export const signIn = (provider: DemoProvider, login: string): Promise<string> =>
  idTokenOf(provider, { login, password: `${login}-test` });
