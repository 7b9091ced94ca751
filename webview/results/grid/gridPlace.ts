/** Which cell an element belongs to. Null as row means a whole column, null as column a whole row, no place neither. */
export function gridPlace(
  target: Element,
): { readonly row: number | null; readonly column: number | null } | null {
  if (target.closest("[data-resize]") !== null) return null;
  const row = numberIn(target.closest("[data-row]")?.getAttribute("data-row"));
  const column = numberIn(target.closest("[data-column]")?.getAttribute("data-column"));
  return row === null && column === null ? null : { row, column };
}

const numberIn = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : Number(text);
