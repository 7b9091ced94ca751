import type { Span } from "../../facts.ts";

/** Where the rows of a query go instead of to the client. */
export type Into =
  | { readonly kind: "file"; readonly path: string; readonly dump: boolean; readonly span: Span }
  | { readonly kind: "variables"; readonly targets: readonly IntoTarget[]; readonly span: Span };

/** A user variable, or a variable of the routine around. */
export interface IntoTarget {
  readonly name: string;
  readonly user: boolean;
}

/** What a query of MySQL has that PostgreSQL's trees have no place for. */
export interface QueryExtras {
  readonly into?: Into;
  /** PROCEDURE ANALYSE: its result is about the rows, and not the rows. */
  readonly procedure?: boolean;
  /** SQL_CALC_FOUND_ROWS: FOUND_ROWS() tells of this query later. */
  readonly countsRows?: boolean;
  /** Names of the columns of VALUES. */
  readonly names?: readonly string[];
  /** A table of which only some partitions are read. */
  readonly partition?: boolean;
}

const known = new WeakMap<object, QueryExtras>();

/** Keeps extras beside a node of a tree. */
export function noteExtras<Item extends object>(node: Item, extras: QueryExtras): Item {
  known.set(node, { ...known.get(node), ...extras });
  return node;
}

export const extrasOf = (node: object | undefined): QueryExtras => (node && known.get(node)) ?? {};
