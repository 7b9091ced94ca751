import { createHash, createPublicKey, verify } from "node:crypto";
import fs from "node:fs";

/*
 * A verifier of bundles after docs/audit-format.md alone: nothing of the project is imported, so that a mistake of ours
 * cannot hide in both.
 */

export interface SecondFault {
  readonly line: number;
  readonly kind: string;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Fields = { readonly [key: string]: Json };

class Fault extends Error {
  readonly kind: string;
  constructor(kind: string) {
    super(kind);
    this.kind = kind;
  }
}
const must = (holds: boolean, kind: string): void => {
  if (!holds) throw new Fault(kind);
};

// --- Canonical JSON: RFC 8785 -------------------------------------------------------------------------------------

const SHORT: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

function quoted(text: string): string {
  let out = '"';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) throw new Fault("not-canonical");
    const short = SHORT[character];
    if (short !== undefined) out += short;
    else if (code < 0x20) out += `\\u${code.toString(16).padStart(4, "0")}`;
    else out += character;
  }
  return `${out}"`;
}

function canonical(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Fault("not-canonical");
    return Object.is(value, -0) ? "0" : String(value);
  }
  if (typeof value === "string") return quoted(value);
  if (isList(value)) return `[${value.map(canonical).join(",")}]`;
  const names = Object.keys(value).sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));
  return `{${names.map((name) => `${quoted(name)}:${canonical(value[name] ?? null)}`).join(",")}}`;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json | undefined): value is Fields =>
  typeof value === "object" && value !== null && !isList(value);

/** The object a canonical text spells; null where it spells none. */
function canonicalObject(text: string): Fields | null {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) && canonical(value) === text ? value : null;
  } catch {
    return null;
  }
}

// --- Hashes, keys, signatures -------------------------------------------------------------------------------------

const hashOf = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Bytes of strict base64, of that length. */
function bytesOf(text: Json | undefined, length: number): Buffer | null {
  if (typeof text !== "string") return null;
  const bytes = Buffer.from(text, "base64");
  return bytes.length === length && bytes.toString("base64") === text ? bytes : null;
}

function signed(publicKey: Uint8Array, text: string, signature: Uint8Array): boolean {
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), publicKey]);
  try {
    return verify(
      null,
      Buffer.from(text),
      createPublicKey({ key: der, format: "der", type: "spki" }),
      signature,
    );
  } catch {
    return false;
  }
}

// --- Checkpoints: C2SP signed notes -------------------------------------------------------------------------------

interface Head {
  readonly size: number;
  readonly root: Buffer;
}

function openNote(note: string, keyText: string): Head {
  const [, name = "", id = "", encoded = ""] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(keyText) ?? [];
  const key = bytesOf(encoded, 33);
  if (key === null || key[0] !== 1) throw new Fault("checkpoint");
  const keyId = hashOf(`${name}\n`, key).subarray(0, 4);
  must(keyId.toString("hex") === id, "checkpoint");
  const end = note.indexOf("\n\n");
  must(end >= 0, "checkpoint");
  const body = note.slice(0, end + 1);
  const isSigned = note
    .slice(end + 2)
    .split("\n")
    .some((line) => {
      const [, signer, text] = /^— (\S+) (\S+)$/.exec(line) ?? [];
      const bytes = bytesOf(text ?? "", 68);
      return (
        signer === name &&
        bytes !== null &&
        bytes.subarray(0, 4).equals(keyId) &&
        signed(key.subarray(1), body, bytes.subarray(4))
      );
    });
  must(isSigned, "checkpoint");
  const [origin, size = "", root = ""] = body.split("\n");
  const rootBytes = bytesOf(root, 32);
  if (origin !== name || !/^(0|[1-9][0-9]{0,15})$/.test(size) || rootBytes === null)
    throw new Fault("checkpoint");
  return { size: Number(size), root: rootBytes };
}

// --- Trees: RFC 6962, recursively as its section 2.1 has them -----------------------------------------------------

const node = (left: Buffer, right: Buffer): Buffer => hashOf(Uint8Array.of(1), left, right);

function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** Root that a path (2.1.1, from the leaf up) leads to; null where it has another length. */
function rootOfPath(leaf: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer | null {
  if (size === 1) return path.length === 0 ? leaf : null;
  const last = path.at(-1);
  if (last === undefined) return null;
  const split = splitOf(size);
  const rest = path.slice(0, -1);
  if (index < split) {
    const left = rootOfPath(leaf, index, split, rest);
    return left === null ? null : node(left, last);
  }
  const right = rootOfPath(leaf, index - split, size - split, rest);
  return right === null ? null : node(last, right);
}

/** Roots of the older and the newer tree that a proof (2.1.2) leads to. */
function rootsOfProof(
  older: number,
  newer: number,
  proof: readonly Buffer[],
  known: Buffer | null,
): readonly [Buffer, Buffer] | null {
  if (older === newer) {
    const only = known ?? proof[0];
    return only === undefined || proof.length !== (known === null ? 1 : 0) ? null : [only, only];
  }
  const last = proof.at(-1);
  if (last === undefined) return null;
  const split = splitOf(newer);
  const rest = proof.slice(0, -1);
  if (older <= split) {
    const roots = rootsOfProof(older, split, rest, known);
    return roots === null ? null : [roots[0], node(roots[1], last)];
  }
  const roots = rootsOfProof(older - split, newer - split, rest, null);
  return roots === null ? null : [node(last, roots[0]), node(last, roots[1])];
}

// --- Records ------------------------------------------------------------------------------------------------------

/** Fields of each kind of body, out of the page's own table; one with `?` may be missing. */
function bodiesOf(page: string): ReadonlyMap<string, readonly string[]> {
  const [, table = ""] = /<!-- bodies -->(.*)<!-- \/bodies -->/s.exec(page) ?? [];
  const rows = table.matchAll(/^\| `(\w+)` \| (.*) \|$/gm);
  return new Map(
    [...rows].map(([, kind = "", fields = ""]) => [
      kind,
      [...fields.matchAll(/`(\w+)`(\??)/g)].map(([, field = "", mark = ""]) => `${field}${mark}`),
    ]),
  );
}
export const BODIES = bodiesOf(
  fs.readFileSync(new URL("../../docs/audit-format.md", import.meta.url), "utf8"),
);

interface Chain {
  readonly id: string;
  readonly keys: Map<string, { readonly raw: Buffer; revoked: boolean }>;
  seq: number;
  closed: boolean;
  /** Null where the record before is not at hand. */
  hash: string | null;
  keyLines: number;
  dropLines: number;
  isCollectors: boolean;
  /** Its first record line was record 1. */
  whole: boolean;
  records: number;
  lines: number;
  broken: boolean;
}

/** One record's text in its place; what it says. */
function checkRecord(chain: Chain, line: Fields, text: string): Fields {
  must(line.seq === chain.seq + 1, Number(line.seq) > chain.seq ? "missing-record" : "repeated-record");
  must(hashOf(text).toString("hex") === line.hash, "altered");
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Fault("not-a-record");
  }
  const body = isObject(parsed) ? parsed.body : undefined;
  if (!isObject(parsed) || !isObject(body)) throw new Fault("not-a-record");
  const fields = BODIES.get(String(body.kind));
  if (fields === undefined || parsed.v !== 1) throw new Fault("not-a-record");
  must(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(parsed.at)), "not-a-record");
  must(/^[0-9a-f]{64}$/.test(String(parsed.prev)), "not-a-record");
  const needed = fields.filter((field) => !field.endsWith("?"));
  for (const field of needed) must(body[field] !== undefined, "not-a-record");
  const left = fields.flatMap((field) => (field.endsWith("?") ? [field.slice(0, -1)] : []));
  const present = left.filter((field) => field in body);
  for (const field of present) must(body[field] !== null, "not-a-record");
  must(canonicalObject(text) !== null, "not-canonical");
  must(Object.keys(parsed).sort().join(" ") === "at body key prev seq v", "not-canonical");
  must(
    Object.keys(body).sort().join(" ") === [...needed, ...present, "kind"].sort().join(" "),
    "not-canonical",
  );
  must(parsed.seq === line.seq, "wrong-place");
  must(chain.hash === null || parsed.prev === chain.hash, "broken-link");
  const name = String(parsed.key);
  must(!chain.closed, "wrong-place");
  if (body.kind === "key_introduced") {
    must(body.follows === undefined || line.seq === 1, "wrong-place");
    const raw = bytesOf(body.publicKey, 32);
    if (raw === null || hashOf(raw).toString("hex").slice(0, 16) !== name) throw new Fault("wrong-key-name");
    const known = chain.keys.get(name);
    must(known === undefined || known.raw.equals(raw), "wrong-key-name");
    if (known === undefined) chain.keys.set(name, { raw, revoked: false });
  }
  const key = chain.keys.get(name);
  if (key === undefined) throw new Fault("unknown-key");
  must(!key.revoked, "revoked-key");
  const signature = bytesOf(line.signature, 64);
  if (signature === null) throw new Fault("bad-signature");
  if (body.kind === "key_revoked") {
    const revoked = chain.keys.get(String(body.key));
    if (revoked === undefined || revoked === key) throw new Fault("unknown-key");
    revoked.revoked = true;
  }
  if (body.kind === "ledger_closed") chain.closed = true;
  must(signed(key.raw, `sluice-record-v1\n${text}`, signature), "bad-signature");
  chain.seq += 1;
  chain.hash = String(line.hash);
  if (line.seq === 1) chain.isCollectors = body.kind === "key_introduced" && body.origin === "collector";
  return parsed;
}

// --- Texts that were dropped --------------------------------------------------------------------------------------

const list = (value: Json | undefined): readonly Json[] =>
  value !== undefined && isList(value) ? value : [];
const object = (value: Json | undefined): Fields => (isObject(value) ? value : {});

/** What the collector's chains say so far. */
class Dropped {
  /** By chain and place: the record that says so and, in it, the chain's part. */
  readonly #places = new Map<string, { readonly digest: string; left: number; state: Buffer }>();
  readonly #holds = new Map<string, Fields>();

  take({ body: said }: Fields, whole: boolean): void {
    const body = object(said);
    if (body.kind === "hold_set") this.#holds.set(String(body.hold), object(body.scope));
    if (body.kind === "hold_lifted") this.#holds.delete(String(body.hold));
    if (body.kind !== "bodies_dropped") return;
    let count = 0;
    for (const entry of list(body.dropped)) {
      const { chain, digest, places } = object(entry);
      const part = { digest: String(digest), left: 0, state: Buffer.alloc(32) };
      let before = 1;
      for (const place of list(places)) {
        const [from, to] = [Number(object(place).from), Number(object(place).to)];
        must(from > before && to >= from, "not-dropped");
        before = to;
        for (let seq = from; seq <= to; seq += 1) {
          must(!this.#places.has(`${chain} ${seq}`), "not-dropped");
          this.#places.set(`${chain} ${seq}`, part);
          part.left += 1;
          count += 1;
        }
      }
    }
    must(count === body.count, "not-dropped");
    if (!whole) return;
    const named = list(body.holds).map(String).sort();
    must(named.join() === [...this.#holds.keys()].sort().join(), "held");
    for (const scope of this.#holds.values()) {
      const ofTime = scope.actor === null && scope.connection === null && scope.column === null;
      const before = scope.to !== null && String(scope.to) < String(body.from);
      const after = scope.from !== null && String(scope.from) > String(body.to);
      must(!ofTime || before || after, "held");
    }
  }

  has(chain: string, seq: Json | undefined): boolean {
    return this.#places.has(`${chain} ${seq}`);
  }

  leaf(chain: string, seq: Json | undefined, hash: Buffer): void {
    const part = this.#places.get(`${chain} ${seq}`);
    if (part === undefined) return;
    part.state = hashOf(part.state, hash);
    part.left -= 1;
    if (part.left === 0) must(part.state.toString("hex") === part.digest, "not-dropped");
  }
}

// --- The bundle ---------------------------------------------------------------------------------------------------

const FIELDS: Readonly<Record<string, string>> = {
  bundle: "from kind log to v",
  consistency: "from kind proof",
  chain: "chain kind",
  tile: "kind path tile",
  key: "canonical hash kind leaf seq signature",
  drop: "canonical hash kind leaf seq signature",
  record: "canonical hash kind leaf seq signature",
  chain_end: "kind records",
  end: "chains kind",
};

function pathOf(list: Json | undefined): readonly Buffer[] {
  if (list === undefined || !isList(list)) throw new Fault("format");
  return list.map((text) => {
    const bytes = bytesOf(text, 32);
    if (bytes === null) throw new Fault("format");
    return bytes;
  });
}

const isCount = (value: Json | undefined, least = 0): boolean =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= least;

export interface Told {
  /** `name+hash+key`, or that of the file itself. */
  readonly key: string | "as-written" | "unknown";
  readonly older: string | null;
}

/** Every fault with its line, in order. */
export function verifyBundle(lines: readonly string[], told: Told): readonly SecondFault[] {
  const faults: SecondFault[] = [];
  const chains = new Set<string>();
  let head: Head | null = null;
  let older: Head | null = null;
  let from: string | null = null;
  let tile: { readonly tile: number; readonly path: readonly Buffer[] } | null = null;
  let chain: Chain | null = null;
  let ended = false;
  const gone = new Dropped();
  const leafHashOf = (open: Chain, line: Fields): Buffer =>
    hashOf(Uint8Array.of(0), `sluice-leaf-v1\n${open.id}\n${line.seq}\n${line.hash}\n${line.signature}\n`);

  const settle = (proof: readonly Buffer[] | null): void => {
    if (older === null || head === null) return;
    const before = older;
    older = null;
    must(before.size <= head.size, "history");
    if (before.size === head.size) must(before.root.equals(head.root), "history");
    if (before.size === head.size || before.size === 0) return;
    const roots = proof === null ? null : rootsOfProof(before.size, head.size, proof, before.root);
    if (roots === null) throw new Fault("history");
    must(roots[0].equals(before.root) && roots[1].equals(head.root), "history");
  };

  const begin = (line: Fields): void => {
    from = line.from === null ? null : String(line.from);
    const log = line.log;
    if (!isObject(log)) {
      must(log === null, "format");
      must(told.key === "unknown" || told.key === "as-written", "checkpoint");
      must(told.older === null, "history");
      return;
    }
    must(told.key !== "unknown", "checkpoint");
    const key = told.key === "as-written" ? String(log.key) : told.key;
    head = openNote(String(log.checkpoint), key);
    if (told.older === null) return;
    older = openNote(told.older, key);
    if (older.size >= head.size || older.size === 0) settle(null);
  };

  const inTree = (open: Chain, line: Fields): void => {
    const leaf = line.leaf;
    if (head === null) {
      must(leaf === null, "format");
      return;
    }
    if (!isObject(leaf)) throw new Fault("not-in-tree");
    must(bytesOf(line.signature, 64) !== null, "bad-signature");
    const index = Number(leaf.index);
    if (tile === null || tile.tile !== Math.floor(index / 256)) throw new Fault("not-in-tree");
    const path = [...pathOf(leaf.path), ...tile.path];
    const root = index < head.size ? rootOfPath(leafHashOf(open, line), index, head.size, path) : null;
    must(root?.equals(head.root) === true, "not-in-tree");
  };

  /** A record before the part that is here. */
  const lineBefore = (open: Chain, line: Fields): void => {
    must(open.records === 0, "format");
    must(open.keyLines > 0 || (line.seq === 1 && line.kind === "key"), "format");
    const text = line.canonical;
    const record = typeof text === "string" ? canonicalObject(text) : null;
    const body = record?.body;
    const kind = isObject(body) ? body.kind : undefined;
    if (line.kind === "key") must(kind === "key_introduced" || kind === "key_revoked", "format");
    else must(open.isCollectors && kind === "bodies_dropped", "format");
    if (Number(line.seq) > open.seq + 1) {
      open.seq = Number(line.seq) - 1;
      open.hash = null;
    }
    if (line.seq === 1) must(line.hash === open.id, "wrong-chain");
    const said = checkRecord(open, line, String(text));
    inTree(open, line);
    if (line.kind === "key") open.keyLines += 1;
    else {
      open.dropLines += 1;
      gone.take(said, false);
    }
  };

  const recordLine = (open: Chain, line: Fields): void => {
    const { canonical: text, seq } = line;
    if (open.records === 0 && seq !== 1) {
      must(from !== null && head !== null && open.keyLines > 0, "missing-record");
      const record = typeof text === "string" ? canonicalObject(text) : null;
      must(record !== null && from !== null && String(record.at) < from, "missing-record");
      if (Number(seq) > open.seq + 1) {
        open.seq = Number(seq) - 1;
        open.hash = null;
      }
    }
    if (seq === 1) must(line.hash === open.id, "wrong-chain");
    let said: Fields | null = null;
    if (typeof text === "string") said = checkRecord(open, line, text);
    else {
      must(head !== null, "unproven");
      must(seq === open.seq + 1, Number(seq) > open.seq ? "missing-record" : "repeated-record");
      open.seq += 1;
      open.hash = String(line.hash);
    }
    inTree(open, line);
    if (open.records === 0) open.whole = seq === 1;
    open.records += 1;
    if (said === null) must(!open.isCollectors && gone.has(open.id, seq), "not-dropped");
    gone.leaf(open.id, seq, leafHashOf(open, line));
    if (said !== null && open.isCollectors) gone.take(said, open.whole);
  };

  const take = (line: Fields): void => {
    const kind = line.kind;
    if (chain === null) {
      switch (kind) {
        case "consistency":
          must(chains.size === 0, "format");
          if (older !== null && line.from === older.size) settle(pathOf(line.proof));
          return;
        case "chain": {
          const id = String(line.chain);
          must(/^[0-9a-f]{64}$/.test(id) && !chains.has(id), "format");
          settle(null);
          tile = null;
          chain = {
            id,
            keys: new Map(),
            seq: 0,
            closed: false,
            hash: "0".repeat(64),
            keyLines: 0,
            dropLines: 0,
            isCollectors: false,
            whole: false,
            records: 0,
            lines: 0,
            broken: false,
          };
          return;
        }
        case "end":
          must(line.chains === chains.size, "cut");
          settle(null);
          ended = true;
          return;
        default:
          throw new Fault("format");
      }
    }
    const open: Chain = chain;
    const soft = (work: () => void): void => {
      if (open.broken) return;
      try {
        work();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        open.broken = true;
        faults.push({ line: number, kind: error.kind });
      }
    };
    switch (kind) {
      case "tile":
        tile = { tile: Number(line.tile), path: pathOf(line.path) };
        return;
      case "key":
      case "drop":
        soft(() => lineBefore(open, line));
        return;
      case "record":
        open.lines += 1;
        soft(() => recordLine(open, line));
        return;
      case "chain_end":
        soft(() => must(line.records === open.lines && (open.lines > 0 || open.dropLines > 0), "cut"));
        chains.add(open.id);
        chain = null;
        return;
      case "end":
        throw new Fault("cut");
      default:
        throw new Fault("format");
    }
  };

  /** A line with exactly the fields of its kind, of the right shapes. */
  const read = (text: string): Fields => {
    const line = text.length > 16 * 1024 * 1024 ? null : canonicalObject(text);
    if (line === null) throw new Fault("format");
    must(Object.keys(line).sort().join(" ") === FIELDS[String(line.kind)], "format");
    if (line.kind === "record" || line.kind === "key" || line.kind === "drop") {
      const { seq, hash, signature, canonical: content, leaf } = line;
      must(isCount(seq, 1) && /^[0-9a-f]{64}$/.test(String(hash)) && typeof signature === "string", "format");
      must(content === null || typeof content === "string", "format");
      if (leaf !== null) {
        if (!isObject(leaf) || !isCount(leaf.index)) throw new Fault("format");
        must(Object.keys(leaf).sort().join(" ") === "index path", "format");
        pathOf(leaf.path);
      }
    }
    if (line.kind === "bundle") must(line.v === 1, "format");
    return line;
  };

  let number = 0;
  try {
    for (const text of lines) {
      number += 1;
      must(!ended, "format");
      const line = read(text);
      if (number > 1) take(line);
      else {
        must(line.kind === "bundle", "format");
        begin(line);
      }
    }
    number += 1;
    must(ended, "cut");
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    faults.push({ line: number, kind: error.kind });
  }
  return faults;
}
