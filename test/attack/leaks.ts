import { createHash } from "node:crypto";
import { everySecret, type WorldName } from "./secrets.ts";
import type { Shown } from "./world.ts";

const plain = (text: string): string => text.replace(/[^a-z0-9]/gi, "").toLowerCase();

/** Markers in a text, also backwards, in hexadecimal and in base64. */
export function markersIn(text: string, markers: readonly string[]): readonly string[] {
  const forwards = plain(text);
  if (forwards === "") return [];
  const readings = [forwards, [...forwards].reverse().join("")];
  for (const run of text.match(/(?:\\?x)?(?:[0-9a-f]{2}){5,}/gi) ?? []) {
    readings.push(plain(Buffer.from(run.replace(/^\\?x/i, ""), "hex").toString("latin1")));
  }
  for (const run of text.match(/[A-Za-z0-9+/]{12,}={0,2}/g) ?? []) {
    readings.push(plain(Buffer.from(run, "base64").toString("latin1")));
  }
  return markers.filter((marker) => readings.some((reading) => reading.includes(marker)));
}

/** Everything a statement showed that holds a marker, in words. `typed`: what the attacker wrote is no leak. */
export function leaksIn(shown: Shown, markers: readonly string[], typed: string): readonly string[] {
  const known = new Set(markersIn(typed, markers));
  const unknown = markers.filter((marker) => !known.has(marker));
  const texts = [
    ...shown.columns.map(({ name }) => ["column name", name] as const),
    ...shown.rows.flatMap((row) =>
      row.map((cell) => ["cell", typeof cell === "string" ? cell : JSON.stringify(cell)] as const),
    ),
    ...shown.notices.map((notice) => ["notice", notice] as const),
    ["tag", shown.tag ?? ""] as const,
    ["problem", shown.problem ?? ""] as const,
    ["report", shown.report] as const,
  ];
  return texts.flatMap(([where, text]) =>
    markersIn(text, unknown).length > 0 ? [`${where}: ${text.slice(0, 200)}`] : [],
  );
}

/** Every secret as it may stand in a file: as it is, in lower case, in hexadecimal, in base64, as a digest. */
export function spellingsOf(world: WorldName): readonly string[] {
  return everySecret(world).flatMap((secret) => {
    const bytes = Buffer.from(secret, "utf8");
    const digests = ["md5", "sha1", "sha256"].map((name) => createHash(name).update(bytes).digest("hex"));
    return [
      secret,
      secret.toLowerCase(),
      bytes.toString("hex"),
      bytes.toString("base64").replace(/=+$/, ""),
      ...digests,
    ];
  });
}
