import type { SettingChange } from "../facts.ts";
import type { Comment } from "./lexer/token.ts";
import type { MysqlSettings } from "./settings.ts";

const setting = /SET_VAR\s*\(\s*`?([A-Za-z_0-9.]+)`?\s*=\s*([^)]*)\)|(MAX_EXECUTION_TIME)\s*\(([^)]*)\)/gi;

/** Hints of MySQL can set variables of the server for one statement, one of them under its own name. */
export function readHints(
  text: string,
  shift: number,
  comments: readonly Comment[],
  settings: MysqlSettings,
): readonly SettingChange[] {
  if (settings.variant !== "mysql") return [];
  return comments
    .filter((comment) => comment.hint)
    .flatMap(({ start, end }) =>
      [...text.slice(start, end).matchAll(setting)].map(([, name, value, limit = "", most = ""]) => ({
        name: (name ?? limit).toLowerCase(),
        value: (value ?? most).trim(),
        local: true,
        span: { start: start + shift, end: end + shift },
      })),
    );
}
