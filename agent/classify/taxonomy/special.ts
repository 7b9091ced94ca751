import { ANYTHING, type InfoType, list, TEXT } from "./infoType.ts";

const SPECIAL = {
  category: "PII",
  level: "restricted",
  mask: "full",
  regulations: ["GDPR 9", "NIST 800-53 PT-7"],
  shapes: ANYTHING,
} as const;

/** What the GDPR calls special categories, and criminal records. */
export const special: readonly InfoType[] = [
  {
    ...SPECIAL,
    name: "race_ethnicity",
    title: "races and ethnic groups",
    phrases:
      list(`equality and diversity, diversity data, equality data, equality monitoring, ethnicity, ethnic group, ethnic background, ethnic origin, ethnicity code, ethnic code, ethnicity description, race description, racial group, racial origin, race code,
      race ethnicity, caste, tribe, etnia, raza, raca, ethnie, ethnische herkunft, 民族`),
    phrasesIn: { person: list("race, ethnic"), clinical: list("race, ethnic") },
  },
  {
    ...SPECIAL,
    name: "religion",
    title: "religions",
    phrases: list(`din, uskonto, vallas, trossamfund, nabozenstvi, nabozenstvo, вероисповедание, 종교,
      religion, religion code, religious reference, religious referee, religious leader, place of worship, baptism, date of baptism, baptism address, baptised, baptized, religious affiliation, religious belief, faith, denomination, church tax, kirchensteuer,
      konfession, religiao, religione, godsdienst, wyznanie, 宗教`),
    phrasesIn: {
      person: list("religious, parish, church"),
    },
  },
  {
    ...SPECIAL,
    name: "political_opinion",
    title: "political views",
    phrases:
      list(`political party, political affiliation, party affiliation, political opinion, political view,
      voter party, party membership, partido politico, opinion politique`),
  },
  {
    ...SPECIAL,
    name: "union_membership",
    title: "union memberships",
    phrases:
      list(`trade union, union member, union membership, labor union, labour union, union due, union code,
      gewerkschaft, sindicato, syndicat`),
  },
  {
    ...SPECIAL,
    name: "sexual_orientation",
    title: "sexual orientations and identities",
    phrases:
      list(`sexual orientation, sexuality, sexual preference, gender identity, transgender, lgbt, lgbtq,
      orientacion sexual, sexuelle orientierung, orientation sexuelle`),
  },
  {
    ...SPECIAL,
    name: "biometric_template",
    title: "biometric data",
    mask: "null",
    regulations: ["GDPR 9", "HIPAA (P)", "NIST 800-122"],
    phrases: list(`fingerprint template, fingerprint image, fingerprint data, face embedding, face encoding,
      face template, faceprint, face descriptor, voiceprint, voice sample, iris scan, iris template, retina scan,
      biometric, biometric data, biometric template, palm print`),
    phrasesIn: { person: list("fingerprint, iris, embedding"), employee: list("fingerprint, iris") },
  },
  {
    ...SPECIAL,
    name: "genetic_data",
    title: "genetic data",
    regulations: ["GDPR 9", "HIPAA"],
    phrases:
      list(`dna, dna sequence, genotype, genome, genetic marker, genetic test, genetic data, genetic variant,
      genetic result, gene mutation, brca, brca 1, brca 2, haplotype, snp`),
    phrasesIn: { clinical: list("variant, mutation, gene sequence, nucleotide sequence") },
  },
  {
    ...SPECIAL,
    name: "criminal_record",
    title: "criminal records",
    regulations: ["GDPR 10"],
    phrases:
      list(`misconduct detail, conviction detail, offence detail, previous misconduct, criminal record, criminal history, conviction, criminal conviction, criminal offence, convicted, barred list, barred status, dbs number, dbs certificate number,
      offence, offense, arrest record,
      arrest date, felony, misdemeanor, dbs check, background check result, allegation, allegation detail, misconduct, sanction detail, warrant number, arrest number,
      antecedentes penales, vorstrafen, casier judiciaire`),
  },
  {
    ...SPECIAL,
    name: "disability",
    title: "disabilities",
    category: "PHI",
    regulations: ["GDPR 9", "HIPAA", "42 CFR Part 2"],
    phrases:
      list(`disability, disabled person, disability status, disability type, disability detail, disability description, disability disclosure, disabilities text,
      reasonable adjustment, accessibility need, handicap, impairment, special needs,
      discapacidad, behinderung, behinderungsgrad, grad der behinderung, deficiencia, handicape`),
    shapes: [...TEXT, "number", "boolean", "closed_set"],
  },
];
