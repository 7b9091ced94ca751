import { afterRotation } from "../../protocol/device.ts";
import { rotateKey } from "../device/rotateKey.ts";
import { type Command, EXIT } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { withEngine } from "./target.ts";
import { printable } from "./text.ts";

/** `sluice device rotate-key`: the command line's key here is revoked and destroyed, and a new one signs. */
export const rotate: Command = (args, io) => {
  const { values } = parseLine({
    args: [...args],
    options: { reason: { type: "string" }, json: { type: "boolean" } },
  });
  return withEngine(io, async ({ rooms }) => {
    const rotation = await rotateKey(rooms, values.reason ?? "");
    if (values.json === true) io.out(`${JSON.stringify(rotation)}\n`);
    else {
      io.out(`${rotation.after}\n`);
      const told = `Key ${rotation.before} is revoked and destroyed; ${rotation.after} signs from here on.`;
      io.err(`${[told, ...afterRotation(rotation)].map((line) => printable(line)).join("\n")}\n`);
    }
    return EXIT.done;
  });
};
