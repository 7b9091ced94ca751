/** The rows of a CSV text: RFC 4180, with commas, semicolons or tabs, whichever the first line has most of. */
export function csvRows(text: string, mostRows: number): readonly (readonly string[])[] {
  const body = text.replace(/^\uFEFF/, "");
  const separator = separatorOf(body.slice(0, body.search(/[\r\n]|$/)));
  const rows: string[][] = [];
  let row: string[] = [];
  let position = 0;
  while (position < body.length && rows.length < mostRows) {
    const cell = body[position] === '"' ? quotedCell(body, position) : plainCell(body, position, separator);
    row.push(cell.value);
    position = cell.end;
    if (body[position] === separator) {
      position += 1;
      if (position < body.length) continue;
      row.push("");
    }
    rows.push(row);
    row = [];
    if (body[position] === "\r") position += 1;
    if (body[position] === "\n") position += 1;
  }
  return rows.filter((cells) => cells.some((value) => value !== ""));
}

interface ReadCell {
  readonly value: string;
  /** Where the separator, the line's end or the text's end stands. */
  readonly end: number;
}

function quotedCell(text: string, start: number): ReadCell {
  let value = "";
  let position = start + 1;
  while (position < text.length) {
    const quote = text.indexOf('"', position);
    if (quote < 0) return { value: value + text.slice(position), end: text.length };
    value += text.slice(position, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    position = quote + 2;
  }
  return { value, end: text.length };
}

function plainCell(text: string, start: number, separator: string): ReadCell {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return { value: text.slice(start, end), end };
}

function separatorOf(line: string): string {
  const count = (separator: string): number => line.split(separator).length;
  return [",", ";", "\t", "|"].reduce((best, one) => (count(one) > count(best) ? one : best));
}
