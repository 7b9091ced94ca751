/**
 * More requests of programs than these that nobody has answered are no questions: they are given up, or approved unread.
 * `anHour` is of those that go through a collector, where each stays on record. `ofDevice` is the share of each that one
 * device may have there: a server that asks without end leaves the rest to the person's other machines.
 */
export const ASKING_LIMITS = {
  ofTask: 5,
  ofPerson: 10,
  aMinute: 12,
  anHour: 60,
  ofDevice: { open: 6, aMinute: 10, anHour: 40 },
} as const;
