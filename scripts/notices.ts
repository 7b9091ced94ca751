import fs from "node:fs";
import path from "node:path";
import type { Metafile } from "esbuild";

/** The packages whose files went into some bundles, by the folders of their licences. */
function packagesIn(bundles: readonly Metafile[]): ReadonlySet<string> {
  const inputs = bundles.flatMap((bundle) => Object.keys(bundle.inputs));
  return new Set(
    inputs.flatMap((input) => {
      const [, inside] = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
      return inside === undefined ? [] : [inside];
    }),
  );
}

/** What others' licences ask to be said where their code is shipped: one text, package by package. */
export function thirdPartyNotices(
  root: string,
  bundles: readonly Metafile[],
  shipped: readonly string[],
): string {
  const names = [...new Set([...packagesIn(bundles), ...shipped])].sort();
  const notices = names.map((name) => {
    const folder = path.join(root, "node_modules", name);
    const { version, license } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
    const file = fs.readdirSync(folder).find((one) => /^(?:licen[cs]e|copying)(?:\.|$)/i.test(one));
    const text =
      file === undefined ? `License: ${license}` : fs.readFileSync(path.join(folder, file), "utf8").trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return `Sluice ships code of these packages.\n\n${notices.join(`\n${"-".repeat(80)}\n\n`)}`;
}
