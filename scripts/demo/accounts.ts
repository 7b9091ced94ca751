export interface DemoAccount {
  readonly login: string;
  readonly password: string;
  readonly name: string;
  readonly email: string;
  readonly groups: readonly string[];
}

const account = (login: string, name: string, ...groups: string[]): DemoAccount => ({
  login,
  password: `${login}-demo`,
  name,
  email: `${login}@northwind-demo.example`,
  groups,
});

/** Who can sign in to the demo; groups decide what they see. */
export const ACCOUNTS: readonly DemoAccount[] = [
  account("ada", "Ada Lindqvist", "developers"),
  account("dana", "Dana Okafor", "developers", "sluice-dba"),
  account("priya", "Priya Raman", "support", "sluice-pii-readers"),
  account("omar", "Omar Haddad", "clinicians", "sluice-phi-readers"),
  account("eve", "Eve Novak", "auditors", "sluice-auditors"),
  account("mira", "Mira Castellanos", "security", "sluice-admins", "sluice-auditors"),
  account("stella", "Stella Marsh", "governance", "sluice-stewards"),
];
