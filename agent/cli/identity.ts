import { parseArgs } from "node:util";
import { actorGroups, actorName } from "../../protocol/actor.ts";
import { type Command, EXIT, UsageError } from "./command.ts";
import { continueAsLocalUser } from "./query.ts";
import { withEngine } from "./target.ts";

/** `sluice login`: in the browser, or with a code on another device (`--device`). */
export const login: Command = async (argv, io) => {
  const { device } = flags(argv);
  return withEngine(io, async ({ rooms: { identity } }) => {
    const actor = device
      ? await identity.signInByDevice({
          signal: io.signal,
          show: (code, uri) => io.err(`Open ${uri} on any device and enter ${code}\n`),
        })
      : await identity.signIn({ signal: io.signal });
    io.out(`Signed in as ${actorName(actor)}; groups: ${actorGroups(actor).join(", ") || "none"}\n`);
    return EXIT.done;
  });
};

/** `sluice logout`: revokes the tokens at the provider and forgets them here. */
export const logout: Command = async (argv, io) => {
  flags(argv);
  return withEngine(io, async ({ rooms: { identity } }) => {
    await identity.signOut();
    io.out("Signed out.\n");
    return EXIT.done;
  });
};

/** `sluice whoami`: who statements would run and be recorded as. */
export const whoami: Command = async (argv, io) => {
  const { json } = flags(argv);
  return withEngine(io, async (engine) => {
    await continueAsLocalUser(engine, io);
    const actor = engine.rooms.identity.requireActor();
    io.out(
      json
        ? `${JSON.stringify(actor)}\n`
        : `${actorName(actor)}; ${actor.kind === "local_user" ? "not verified by any provider" : `groups: ${actorGroups(actor).join(", ") || "none"}`}\n`,
    );
    return EXIT.done;
  });
};

function flags(argv: readonly string[]): { readonly device: boolean; readonly json: boolean } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { device: { type: "boolean" }, json: { type: "boolean" } },
    });
    return { device: values.device === true, json: values.json === true };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
