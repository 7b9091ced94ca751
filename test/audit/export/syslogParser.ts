export interface SyslogMessage {
  readonly facility: number;
  readonly severity: number;
  readonly time: string;
  readonly host: string;
  readonly app: string;
  readonly id: string;
  readonly data: Readonly<Record<string, string>>;
  readonly message: string;
}

const HEADER =
  /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) ([\x21-\x7e]{1,128}) ([\x21-\x7e]{1,32}) \[([\x21-\x7e]+?)((?: [\x21-\x7e]+="(?:[^"\\\]]|\\["\\\]])*")*)\] \ufeff(.*)$/u;

/** Reads a line by the grammar of RFC 5424, section 6. @throws where it is none */
export function parseSyslog(line: string): SyslogMessage {
  const [, priority, time = "", host = "", app = "", , id = "", sdId = "", parameters = "", message = ""] =
    HEADER.exec(line) ?? [];
  if (priority === undefined || Number(priority) > 191) throw new SyntaxError(`No line of RFC 5424: ${line}`);
  if (!/^[^=\]" @]{1,32}(@\d+)?$/.test(sdId)) throw new SyntaxError(`No SD-ID: ${sdId}`);
  const data: Record<string, string> = {};
  for (const [, name = "", value = ""] of parameters.matchAll(
    / ([^=\]" ]{1,32})="((?:[^"\\\]]|\\["\\\]])*)"/gu,
  ))
    data[name] = value.replaceAll(/\\(["\\\]])/g, "$1");
  return {
    facility: Number(priority) >> 3,
    severity: Number(priority) & 7,
    time,
    host,
    app,
    id,
    data,
    message,
  };
}
