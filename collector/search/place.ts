/** Where a record stands: in the log, and in a list by time. */
export interface Place {
  readonly leaf_index: number;
  readonly at: number;
}

/** The order of lists: newest first, and then by place in the log. */
export const ORDER = "ORDER BY r.at DESC, r.leaf_index DESC";

export const inOrder = (one: Place, other: Place): number =>
  other.at - one.at || other.leaf_index - one.leaf_index;
