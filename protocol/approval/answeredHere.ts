/** How an approval is told from a collector's that the person a program works for gave on their own machine. */
const PREFIX = "here-";

/** Ids of approvals, wherever they were asked for. */
export const ANY_APPROVAL_ID: RegExp = /^(?:here-)?[0-9a-f]{32}$/;

/** Ids of those that were asked for on this machine. */
export const HERE_ID: RegExp = /^here-[0-9a-f]{32}$/;

export const idHere = (random: string): string => `${PREFIX}${random}`;

export const isAnsweredHere = (id: string): boolean => id.startsWith(PREFIX);

/** The same without what tells it apart: the id under which its person is asked through a collector, too. */
export const idElsewhere = (id: string): string => id.slice(PREFIX.length);
