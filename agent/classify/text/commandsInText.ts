import { matchAt, type TextFinding, type TextSearch } from "./textFinding.ts";

/** Tools that take a password as an option, and how. The last group is what is hidden. */
const COMMANDS: readonly (readonly [name: string, option: RegExp])[] = [
  ["curl", /[^\n]{0,300}? (?:-u|--user)[ =]?["']?([^\s"':]{1,64}:[^\s"']{1,128})/y],
  ["mysql", /(?:dump|admin|import)?[^\n|;]{0,200}? (?:-p|--password=)["']?([^\s"']{3,128})/y],
  ["mariadb", /(?:-dump|-admin)?[^\n|;]{0,200}? (?:-p|--password=)["']?([^\s"']{3,128})/y],
];
const BASIC = /(?<=\bBasic )[A-Za-z0-9+/]{6,512}={0,2}(?![\w+/=])/g;

/** Passwords in command lines, and in the header that carries them in base64. */
export const commandsInText: TextSearch = (text) => {
  const found: TextFinding[] = [];
  const push = (start: number, value: string, detector: string): void =>
    void found.push({ start, end: start + value.length, infoType: "password", detector, score: 0.9 });
  for (const [name, option] of COMMANDS) {
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
      const match = matchAt(option, text, at + name.length);
      const value = match?.[1];
      if (match !== null && value !== undefined) {
        push(match.index + match[0].length - value.length, value, "command_password");
      }
    }
  }
  if (!text.includes("Basic ")) return found;
  for (const { 0: value, index } of text.matchAll(BASIC)) {
    if (isUserAndPassword(value)) push(index, value, "basic_authorization");
  }
  return found;
};

const isUserAndPassword = (value: string): boolean =>
  /^[^\p{Cc}:\ufffd]{1,64}:[^\p{Cc}\ufffd]{1,256}$/u.test(Buffer.from(value, "base64").toString("utf8"));
