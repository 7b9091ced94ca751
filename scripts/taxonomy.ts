/** Writes docs/taxonomy.md from the taxonomy itself: `node scripts/taxonomy.ts`. With --check it only compares. */
import fs from "node:fs";
import path from "node:path";
import { TAXONOMY } from "../agent/classify/taxonomy/taxonomy.ts";
import { DETECTORS } from "../agent/classify/values/detectors.ts";

const LEVELS: Readonly<Record<string, string>> = {
  restricted: "government and payment identifiers, health, credentials, keys",
  confidential: "contact data, names, addresses, birth dates, pay, free text",
  internal: "shown, but not for the outside",
  public: "nothing to hide",
};

const code = (text: string): string => `\`${text}\``;

function page(): string {
  const sensitive = TAXONOMY.filter(({ category }) => category !== "none");
  const rest = TAXONOMY.filter(({ category }) => category === "none");
  return [
    "# Taxonomy",
    "",
    `What Sluice knows: ${sensitive.length} kinds of sensitive information and ${rest.length} kinds of ordinary ones, which keep names like \`card_type\` or \`file_name\` from being taken for something else. This page is written by \`node scripts/taxonomy.ts\`. The rules named are a working mapping, not legal advice.`,
    "",
    "| level | what it is for |",
    "| --- | --- |",
    ...Object.entries(LEVELS).map(([level, meaning]) => `| ${level} | ${meaning} |`),
    "",
    "A column that nobody could look at yet, and whose name says nothing, is `unclassified` and treated as confidential.",
    "",
    ...["PII", "PHI", "PCI", "credential", "business"].flatMap((category) => [
      `## ${category}`,
      "",
      "| type | what | level | mask | recognised by values | rules |",
      "| --- | --- | --- | --- | --- | --- |",
      ...sensitive.filter((type) => type.category === category).map(row),
      "",
    ]),
    "## Ordinary",
    "",
    "| type | what | level |",
    "| --- | --- | --- |",
    ...rest.map(({ name, title, level }) => `| ${code(name)} | ${title} | ${level} |`),
    "",
  ].join("\n");
}

function row({ name, title, level, mask, regulations }: (typeof TAXONOMY)[number]): string {
  const passes = [
    ...new Set(
      DETECTORS.filter(({ infoType, supports }) => infoType === name || supports?.includes(name)).map(
        (one) => one.passes,
      ),
    ),
  ];
  const values =
    passes.length > 6 ? `${passes.slice(0, 3).join("; ")} and ${passes.length - 3} more` : passes.join("; ");
  return `| ${code(name)} | ${title} | ${level} | ${mask} | ${values || "name only"} | ${regulations.join(", ")} |`;
}

const file = path.join(import.meta.dirname, "../docs/taxonomy.md");
const text = page();
if (!process.argv.includes("--check")) fs.writeFileSync(file, text);
else if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== text) {
  process.stderr.write("docs/taxonomy.md is out of date: run node scripts/taxonomy.ts\n");
  process.exitCode = 1;
}
