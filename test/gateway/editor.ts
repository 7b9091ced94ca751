import { passwordKey } from "../../agent/connectionPasswords.ts";
import type { Engine } from "../../agent/engine.ts";
import { openHome } from "../../agent/home.ts";
import { fileSecrets } from "../../agent/identity/fileSecrets.ts";
import type { Actor } from "../../protocol/actor.ts";
import { engineIn, memorySecrets } from "../robustness/engine.ts";

/** The person's editor beside the programs: another process's engine, with a key of an editor. */
export async function editorIn(home: string): Promise<Engine> {
  const secrets = memorySecrets();
  const engine = await engineIn(home, { origin: "editor", secrets });
  const kept = fileSecrets(openHome(home).secrets);
  for (const { id } of engine.connections.list()) {
    const password = await kept.get(passwordKey(id));
    if (password !== undefined) engine.open.passwords.use(id, password);
  }
  return engine;
}

/** The person reads what waits and answers it. */
export async function answer(
  editor: Engine,
  person: Actor,
  id: string,
  decision: "approve" | "deny",
  reason = "",
): Promise<void> {
  const { review } = await editor.agreements.review(id, person, (waiting) =>
    editor.asking.judgeWaiting(waiting),
  );
  await editor.agreements.decide({ id, review, decision, reason }, person, (waiting) =>
    editor.asking.judgeWaiting(waiting),
  );
}
