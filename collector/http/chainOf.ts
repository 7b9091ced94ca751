import { z } from "zod";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import { parsed } from "./body.ts";

const CHAIN = z.string().regex(/^[0-9a-f]{64}$/);

/** The chain a request names. @throws Refusal */
export const chainOf = (text: string | undefined): Sha256 => sha256(parsed(CHAIN, text, "chain"));
