import { parseArgs } from "node:util";
import { redactText } from "../classify/text/redactText.ts";
import { type Command, EXIT, UsageError } from "./command.ts";
import { encodingOf } from "./utf8.ts";

/** Text that is redacted at a time; it ends with a line, so that nothing is cut in two. */
const PIECE = 65_536;
/** A line longer than this is cut all the same: memory does not grow with the input. */
const LONGEST_LINE = 1_048_576;

/** Of such a line this much is read together with what follows. */
const KEPT = 16_384;
/** Words before what is found may say what it is. */
const CONTEXT = 64;

/**
 * `sluice redact`: text from standard input with everything personal and secret replaced; with --json, one object
 * for each finding, offsets in UTF-16 code units of the whole text. UTF-16 is read as well; what is written is UTF-8.
 */
export const redact: Command = async (argv, io) => {
  const { json } = parse(argv);
  if (process.stdin.isTTY) throw new UsageError("sluice redact reads text from standard input.");
  let waiting = "";
  let offset = 0;
  const write = async (text: string): Promise<void> => {
    const redacted = redactText(text);
    if (json === true) {
      for (const { start, end, infoType, detector, score } of redacted.findings) {
        const at = { start: start + offset, end: end + offset };
        io.out(`${JSON.stringify({ infoType, ...at, detector, score })}\n`);
      }
    } else io.out(redacted.text);
    offset += text.length;
    await io.drained();
  };
  let decoder: TextDecoder | undefined;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    decoder ??= new TextDecoder(encodingOf(bytes));
    waiting += decoder.decode(bytes, { stream: true });
    if (waiting.length < PIECE) continue;
    const cut = safeCut(waiting);
    if (cut === 0) continue;
    await write(waiting.slice(0, cut));
    waiting = waiting.slice(cut);
  }
  await write(waiting + (decoder?.decode() ?? ""));
  return EXIT.done;
};

/** Where a text may be cut: after its last line, but not inside a key block. 0 where more has to be read. */
function safeCut(text: string): number {
  const block = text.lastIndexOf("-----BEGIN ");
  const open = block >= 0 && !text.slice(block).includes("-----END ");
  const line = text.lastIndexOf("\n") + 1;
  const cut = open ? Math.min(line, text.lastIndexOf("\n", block) + 1) : line;
  return cut > 0 || text.length < LONGEST_LINE ? cut : cutInLine(text);
}

/** Where a line that is too long to be read as a whole may be cut: in nothing that is found, nor shortly before it. */
function cutInLine(text: string): number {
  const { findings } = redactText(text);
  const before = (context: number): number => {
    let cut = text.length - KEPT;
    for (const { start, end } of findings.toReversed()) {
      if (end > cut && start - context < cut) cut = start - context;
    }
    return cut;
  };
  // Where one finding follows the other there is no such place but between them.
  const cut = before(CONTEXT);
  return cut > text.length / 2 ? cut : Math.max(1, before(0));
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: { json: { type: "boolean" } } }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
