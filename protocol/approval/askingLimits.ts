/**
 * More requests of programs than these that nobody has answered are no questions: they are given up, or approved unread.
 * `anHour` is of those that go through a collector, where each stays on record.
 */
export const ASKING_LIMITS = { ofTask: 5, ofPerson: 10, aMinute: 12, anHour: 60 } as const;
