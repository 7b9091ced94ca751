import fs from "node:fs";
import path from "node:path";
import { guardrailsPage } from "./docs/guardrails.ts";

/** Writes the pages of docs/ that follow from the code. A test fails where they are out of date. */
const docs = path.resolve(import.meta.dirname, "..", "docs");
fs.writeFileSync(path.join(docs, "guardrails.md"), guardrailsPage());
