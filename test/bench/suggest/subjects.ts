import type { Subject } from "./subject.ts";
import { bank } from "./subjects/bank.ts";
import { clinic } from "./subjects/clinic.ts";
import { energy } from "./subjects/energy.ts";
import { freight } from "./subjects/freight.ts";
import { library } from "./subjects/library.ts";
import { school } from "./subjects/school.ts";

/** Six databases with twenty questions each. */
export const SUBJECTS: readonly Subject[] = [clinic, bank, library, freight, school, energy];
