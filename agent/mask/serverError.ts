import type { Problem } from "../../protocol/messages.ts";

/** A failed statement as the server told it. Detail, hint, context and internal query are never looked at. */
export interface ServerFailure {
  readonly sqlstate: string;
  readonly message: string;
  readonly stage: "parse" | "execute";
  /** A sensitive column is used anywhere in the statement. */
  readonly touchesSensitive: boolean;
  /** A function of the database runs in it: it can raise any code, and name any table, column or constraint. */
  readonly runsCode: boolean;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
}

/** What happened and what to do, without a value of anybody's data. SQLSTATE: PostgreSQL appendix A. */
const WORDS: Readonly<Record<string, readonly [message: string, action: string]>> = {
  "22001": ["A value is too long for its column.", "Shorten it."],
  "22003": ["A number is too large or too small for its type.", "Use a wider type or another value."],
  "22004": ["A NULL came where none may be.", "Guard it with COALESCE."],
  "22007": ["A value is not a valid date or time.", "Check the format, for example 2024-12-31."],
  "22008": ["A date or time is out of range.", "Check the value."],
  "22012": ["A number was divided by zero.", "Guard the divisor with NULLIF(x, 0)."],
  "22021": ["The text holds bytes that are not valid in the database's encoding.", "Remove them."],
  "22023": ["A function was given a value it does not take.", "Check its arguments."],
  "2201E": ["A logarithm was asked of a number that has none.", "Check its argument."],
  "2201F": ["A root or power was asked of a number that has none.", "Check its argument."],
  "2201W": ["LIMIT needs a number that is not negative.", "Correct it."],
  "2201B": ["A regular expression is not valid.", "Correct the pattern."],
  "22P02": ["A value does not have the form its type needs.", "Check what is compared or cast with what."],
  "22P05": ["A character has no form in the other encoding.", "Remove it."],
  "23502": ["A column that must have a value got NULL.", "Give it a value."],
  "23503": [
    "A row refers to one that does not exist, or is referred to by another.",
    "Change the other side first.",
  ],
  "23505": ["A value is there already and must be unique.", "Use another value, or ON CONFLICT."],
  "23514": ["A row breaks a check of its table.", "Change the values so that the check holds."],
  "23P01": ["A row is in conflict with another by an exclusion constraint.", "Change the values."],
  "25001": ["This cannot run inside a transaction.", "Run it on its own."],
  "25006": [
    "The statement tried to write where only reading was judged.",
    "It was not run. Report it if it should only read.",
  ],
  "25P02": [
    "The transaction failed earlier and takes no more statements.",
    "Run ROLLBACK, then begin again.",
  ],
  "2BP01": ["Other objects depend on it.", "See what depends on it before dropping it."],
  "40001": ["Another transaction changed the same rows at the same time.", "Run it again."],
  "40P01": ["Two transactions waited for each other and this one was ended.", "Run it again."],
  "42501": ["The database does not let this user do that.", "Ask for the right, or use another connection."],
  "53100": ["The database server's disk is full.", "Tell whoever runs it."],
  "53200": ["The database server is out of memory.", "Make the query smaller, or try again later."],
  "53300": ["The database server has no free connection.", "Try again in a moment."],
  "54001": ["The statement is too deep for the server.", "Make it simpler."],
  "54011": ["There are more than 1,664 columns.", "Select fewer."],
  "54023": ["A function was given too many arguments.", "Give it fewer."],
  "55006": ["The object is in use.", "Try again when others are done with it."],
  "55P03": ["A lock could not be had in time.", "Try again when others are done."],
  "57014": [
    "The statement was cancelled, or took longer than allowed.",
    "Make it smaller, or raise statement_timeout.",
  ],
  P0001: [
    "A function of the database raised an error.",
    "Its text is withheld where masked data is touched; ask whoever wrote it.",
  ],
  "21000": ["A subquery gave more than one row where one is needed.", "Narrow it, or add LIMIT 1."],
};

const CLASSES: Readonly<Record<string, string>> = {
  "08": "The connection failed.",
  "0A": "The server does not support this.",
  "20": "No branch of a CASE fits.",
  "21": "The number of rows does not fit.",
  "22": "A value does not fit its type or function.",
  "23": "A rule of the table was broken.",
  "25": "The transaction is in a state that does not allow this.",
  "26": "There is no such prepared statement.",
  "34": "There is no such cursor.",
  "40": "The transaction was rolled back.",
  "42": "The statement is wrong, or names what does not exist.",
  "53": "The server is out of a resource.",
  "54": "A limit of the server was passed.",
  "55": "The object is not in a state for this.",
  "57": "The server was asked to stop.",
  "58": "The server had an error of its system.",
  XX: "The server had an internal error.",
};

/**
 * Words for a failed statement (law 4). Where sensitive data is touched, the server's own message is told only for
 * mistakes in the statement's text found before anything ran (class 42, syntax and names); messages of any other
 * class quote values. Elsewhere it is told, as the server's main message quotes only what the statement holds.
 */
export function describeServerError(failure: ServerFailure): Problem {
  const { sqlstate } = failure;
  const [message, action] = WORDS[sqlstate] ?? [
    CLASSES[sqlstate.slice(0, 2)] ?? "The server refused the statement.",
    "Change the statement and run it again.",
  ];
  const aboutText = sqlstate.startsWith("42") && failure.stage === "parse";
  const tellable = aboutText || (!failure.touchesSensitive && !QUOTES_ROWS.has(sqlstate));
  const told = tellable ? `${upperFirst(failure.message)}.` : message;
  const where = failure.touchesSensitive && failure.runsCode ? "" : place(failure);
  return { code: `sql-${shownState(failure)}`, message: `${told}${where}`, action };
}

/**
 * The SQLSTATE as it may be shown and recorded: code in the database that reads sensitive data could spell its
 * values in codes of its own making, so only well-known ones pass then.
 */
export function shownState({
  sqlstate,
  touchesSensitive,
  runsCode,
}: Omit<ServerFailure, "message" | "stage" | "constraint" | "table" | "column">): string {
  if (!(touchesSensitive && runsCode) || sqlstate in WORDS) return sqlstate;
  return `${sqlstate.slice(0, 2) in CLASSES ? sqlstate.slice(0, 2) : "XX"}000`;
}

/** Their main message can quote stored values even where the statement names no sensitive column. */
const QUOTES_ROWS: ReadonlySet<string> = new Set(["P0001"]);

function place({ constraint, table, column }: ServerFailure): string {
  const named = [
    table === undefined ? "" : `table ${table}`,
    column === undefined ? "" : `column ${column}`,
    constraint === undefined ? "" : `constraint ${constraint}`,
  ].filter(Boolean);
  return named.length === 0 ? "" : ` (${named.join(", ")})`;
}

const upperFirst = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, "")}`;
