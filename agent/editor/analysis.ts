import type { TextDocument } from "vscode-languageserver-textdocument";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Problem } from "../../protocol/messages.ts";
import type { Engine } from "../engine.ts";
import type { Judged } from "../judge.ts";
import { problemOf } from "../problemOf.ts";

/** What the agent makes of one version of a document, judged as it would run now. */
export type Analysis =
  | { readonly kind: "judged"; readonly version: number; readonly judged: readonly Judged[] }
  | { readonly kind: "problem"; readonly version: number; readonly problem: Problem };

/** Judges a whole document; a problem where it has no statements or the database cannot be asked. */
export async function analyse(
  document: TextDocument,
  connection: ConnectionProfile,
  engine: Engine,
): Promise<Analysis> {
  const { version } = document;
  try {
    return { kind: "judged", version, judged: await engine.check(connection, document.getText()) };
  } catch (error) {
    return { kind: "problem", version, problem: problemOf(error) };
  }
}
