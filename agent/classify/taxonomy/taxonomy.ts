import { business } from "./business.ts";
import { circumstances } from "./circumstances.ts";
import { contact } from "./contact.ts";
import { credentials } from "./credentials.ts";
import { finance } from "./finance.ts";
import { health } from "./health.ts";
import { identity } from "./identity.ts";
import type { InfoType } from "./infoType.ts";
import { inFurtherLanguages } from "./languages.ts";
import { names } from "./names.ts";
import { online } from "./online.ts";
import { ordinary } from "./ordinary.ts";
import { special } from "./special.ts";

/** Grows with every change of types, phrases or detectors: what was found with an older one is found anew. */
export const TAXONOMY_VERSION = 5;

/** Every kind of information Sluice knows, in the order of docs/taxonomy.md. */
export const TAXONOMY: readonly InfoType[] = [
  ...names,
  ...contact,
  ...identity,
  ...circumstances,
  ...online,
  ...special,
  ...health,
  ...finance,
  ...credentials,
  ...business,
  ...ordinary,
].map(inFurtherLanguages);

const byName = new Map(TAXONOMY.map((type) => [type.name, type]));

/** @throws where there is no such type: names come from this project's own data. */
export function infoType(name: string): InfoType {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`The taxonomy has no type called ${name}.`);
  return found;
}
