/** One policy of a Cedar text, as far as it can be told without Cedar: for showing what changed, never for judging. */
export interface CedarPart {
  /** What people call it: its `@id`, the comment above it, or its place. */
  readonly name: string;
  /** As written, without the comments above. */
  readonly text: string;
  /** Without comments and with single spaces: equal where nothing but the layout differs. */
  readonly plain: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** `permit (principal, action, resource)`. */
  readonly head: string;
}

type Token =
  | { readonly kind: "comment" | "space"; readonly text: string }
  | { readonly kind: "word"; readonly text: string };

const TOKEN = /\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|\s+|[A-Za-z_][A-Za-z0-9_]*|[\s\S]/gu;

/** Splits a text at the semicolons that end policies. What is left without one is a part too. */
export function cedarParts(text: string): readonly CedarPart[] {
  const parts: CedarPart[] = [];
  let tokens: Token[] = [];
  const end = (): void => {
    if (tokens.some(({ kind }) => kind === "word")) parts.push(partOf(tokens, parts.length + 1));
    tokens = [];
  };
  for (const [token] of text.matchAll(TOKEN)) {
    const kind = token.startsWith("//") ? "comment" : /^\s/u.test(token) ? "space" : "word";
    tokens.push({ kind, text: token });
    if (token === ";") end();
  }
  end();
  return parts;
}

function partOf(tokens: readonly Token[], place: number): CedarPart {
  const first = tokens.findIndex(({ kind }) => kind === "word");
  const above = tokens.slice(0, first).findLast(({ kind }) => kind === "comment");
  const own = tokens.slice(first);
  const plain = own
    .filter(({ kind }) => kind !== "comment")
    .map(({ kind, text }) => (kind === "space" ? " " : text))
    .join("")
    .replace(/ +/g, " ")
    .trim();
  const annotations = annotationsOf(own.flatMap(({ kind, text }) => (kind === "word" ? [text] : [])));
  const comment = above?.text.replace(/^\/+\s*/, "").trim() ?? "";
  return {
    name: annotations.id ?? (comment === "" ? `policy ${place}` : comment),
    text: own
      .map(({ text }) => text)
      .join("")
      .trim(),
    plain,
    annotations,
    head: /\b(?:permit|forbid)\s*\([\s\S]*?\)\s*(?=when\b|unless\b|;|$)/u.exec(plain)?.[0].trim() ?? plain,
  };
}

/** `@name("value")`, as many as stand in front. */
function annotationsOf(words: readonly string[]): Readonly<Record<string, string>> {
  const annotations: Record<string, string> = {};
  for (let at = 0; words[at] === "@"; ) {
    const name = words[at + 1] ?? "";
    const value = words[at + 2] === "(" ? (words[at + 3] ?? "") : "";
    annotations[name] = value.replace(/^"|"$/g, "").replaceAll('\\"', '"');
    at += words[at + 2] === "(" ? 5 : 2;
  }
  return annotations;
}
