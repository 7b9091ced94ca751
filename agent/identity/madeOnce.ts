import { withProcessLock } from "./processLock.ts";
import type { SecretStore } from "./secretStore.ts";

/**
 * The secret of this name, made at first use. Of processes that need it at the same moment one makes it, and all have
 * the same. `isUsable`: what is stored and is not counts as missing.
 */
export async function madeOnce(
  secrets: SecretStore,
  lockFile: string,
  name: string,
  make: () => string,
  isUsable: (stored: string) => boolean = () => true,
): Promise<string> {
  const find = async (): Promise<string | undefined> => {
    const stored = await secrets.get(name);
    return stored !== undefined && isUsable(stored) ? stored : undefined;
  };
  const known = await find();
  if (known !== undefined) return known;
  return withProcessLock(lockFile, async () => {
    const meanwhile = await find();
    if (meanwhile !== undefined) return meanwhile;
    const made = make();
    await secrets.store(name, made);
    return made;
  });
}
