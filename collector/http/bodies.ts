import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { addressOf } from "./address.ts";
import { type Intake, readJson, tooLarge } from "./body.ts";
import { type Holder, Memory } from "./memory.ts";
import { type Pace, readBytes } from "./readBytes.ts";

/** Most bytes of a body, unless its route says otherwise. */
export const SMALL_BODY = 64 * 1024;

interface Expected {
  readonly intake: Intake;
  readonly check: (bytes: Buffer) => void;
}

/** Reads what requests bring, within what each may hold and how slowly it may come. */
export class Bodies {
  readonly #memory = new Memory();
  readonly #pace: Pace;
  readonly #expected = new WeakMap<FastifyRequest, Expected>();

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /**
   * Lets a request's body come: whose it is has been found out. `check` is shown its bytes before anything is made of
   * them. @throws Refusal where it is too large by its own word.
   */
  expect(
    request: FastifyRequest,
    reply: FastifyReply,
    holder: Holder,
    check: (bytes: Buffer) => void = () => {},
  ): void {
    const limit = request.routeOptions.bodyLimit ?? SMALL_BODY;
    if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
    const lease = this.#memory.lease(holder);
    reply.raw.once("close", () => lease.release());
    this.#expected.set(request, { intake: { limit, reserve: lease.reserve }, check });
  }

  /** @throws Refusal */
  async json(request: FastifyRequest, payload: Readable): Promise<unknown> {
    const { intake, check } = this.#expected.get(request) ?? { intake: NOTHING, check: () => {} };
    const bytes = await readBytes(payload, intake, this.#pace);
    check(bytes);
    return readJson(bytes, request.headers["content-encoding"], intake);
  }
}

/** Where no route is asked for, nothing is read. */
const NOTHING: Intake = { limit: 0, reserve: () => {} };

/** Somebody of whom nothing but their address is known. */
export const anonymous = (request: FastifyRequest): Holder => ({
  kind: "anonymous",
  name: addressOf(request),
});
