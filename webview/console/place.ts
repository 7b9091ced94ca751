/** Where somebody is in the console, as the part of the address after `#` says it. */
export interface Place {
  /** `["records", "<chain>", "12"]`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** Reads `#/records/abc/12?x=y`. */
export function readPlace(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  return { path: path.split("/").filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

/** Spells a place; empty values are left out. */
export function placeHash(
  path: readonly string[],
  query: URLSearchParams | Readonly<Record<string, string>> = {},
): string {
  const given = new URLSearchParams(
    [...new URLSearchParams(query)].filter(([, value]) => value !== "").map(([name, value]) => [name, value]),
  ).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${given === "" ? "" : `?${given}`}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
