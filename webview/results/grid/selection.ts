export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** A rectangle of cells: `active` has the focus, `anchor` is where the selection began. */
export interface Selection {
  readonly anchor: CellPlace;
  readonly active: CellPlace;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that Page Up and Page Down move by. */
  readonly page: number;
}

export interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export const singleCell = (place: CellPlace): Selection => ({ anchor: place, active: place });

export function rectangleOf({ anchor, active }: Selection): Rectangle {
  return {
    top: Math.min(anchor.row, active.row),
    bottom: Math.max(anchor.row, active.row),
    left: Math.min(anchor.column, active.column),
    right: Math.max(anchor.column, active.column),
  };
}

export const contains = ({ top, bottom, left, right }: Rectangle, row: number, column: number): boolean =>
  row >= top && row <= bottom && column >= left && column <= right;

/** The selection after a key of the ARIA grid pattern, or null where the key moves nothing. */
export function afterKey(
  selection: Selection,
  key: {
    readonly key: string;
    readonly shiftKey: boolean;
    readonly ctrlKey: boolean;
    readonly metaKey: boolean;
  },
  size: GridSize,
): Selection | null {
  const command = key.ctrlKey || key.metaKey;
  if (command && key.key.toLowerCase() === "a") {
    return { anchor: { row: size.rows - 1, column: size.columns - 1 }, active: { row: 0, column: 0 } };
  }
  const moved = movedBy(selection.active, key.key, command, size);
  if (moved === null) return null;
  const active = {
    row: clamp(moved.row, size.rows - 1),
    column: clamp(moved.column, size.columns - 1),
  };
  return key.shiftKey ? { anchor: selection.anchor, active } : singleCell(active);
}

function movedBy(
  { row, column }: CellPlace,
  key: string,
  command: boolean,
  size: GridSize,
): CellPlace | null {
  switch (key) {
    case "ArrowUp":
      return { row: command ? 0 : row - 1, column };
    case "ArrowDown":
      return { row: command ? size.rows - 1 : row + 1, column };
    case "ArrowLeft":
      return { row, column: command ? 0 : column - 1 };
    case "ArrowRight":
      return { row, column: command ? size.columns - 1 : column + 1 };
    case "Home":
      return { row: command ? 0 : row, column: 0 };
    case "End":
      return { row: command ? size.rows - 1 : row, column: size.columns - 1 };
    case "PageUp":
      return { row: row - size.page, column };
    case "PageDown":
      return { row: row + size.page, column };
    default:
      return null;
  }
}

const clamp = (value: number, highest: number): number => Math.max(0, Math.min(value, highest));
