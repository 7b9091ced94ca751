/**
 * A text of somebody else's as a notification may show it: of `[words](target)` the editor makes a link, also to a
 * command.
 */
export const withoutLinks = (text: string): string => text.replaceAll("](", "] (");
