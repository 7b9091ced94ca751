import type { IdentityConfig } from "./config.ts";
import type { SecretStore } from "./secretStore.ts";

export interface IdentityOptions {
  readonly home: string;
  readonly secrets: SecretStore;
  /** Null where no provider is configured: then, and only then, there may be a local user. */
  readonly config: IdentityConfig | null;
  /** Whom tokens of services are to be for: the collector's address. */
  readonly resource?: string;
  openBrowser(url: string): Promise<boolean>;
  readonly now?: () => number;
  /** Between two attempts to reach a provider that does not answer. */
  readonly retryMs?: number;
}
