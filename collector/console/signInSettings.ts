import { z } from "zod";
import type { CollectorInfo } from "../../protocol/collector/ingest.ts";

const ENDPOINTS = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url({ protocol: /^https?$/ }),
  token_endpoint: z.url({ protocol: /^https?$/ }),
});

interface ProviderEndpoints {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
}

/** Where people sign in, by the provider's own word; asked once, and again where it did not answer. */
export class SignInEndpoints {
  readonly #issuer: string;
  #known: Promise<ProviderEndpoints> | null = null;

  constructor({ issuer }: CollectorInfo["identity"]) {
    this.#issuer = issuer;
  }

  /** Null where the provider does not answer. */
  async read(): Promise<ProviderEndpoints | null> {
    this.#known ??= this.#discover();
    try {
      return await this.#known;
    } catch {
      this.#known = null;
      return null;
    }
  }

  async #discover(): Promise<ProviderEndpoints> {
    const address = `${this.#issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const response = await fetch(address, { signal: AbortSignal.timeout(10_000), redirect: "error" });
    const told = ENDPOINTS.parse(await response.json());
    if (told.issuer !== this.#issuer) throw new Error("The provider calls itself by another name.");
    return { authorizationEndpoint: told.authorization_endpoint, tokenEndpoint: told.token_endpoint };
  }
}
