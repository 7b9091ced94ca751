/** Words separated by blanks. */
const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Words that say a value is kept hashed or encrypted. */
export const DISGUISES: ReadonlySet<string> = words(
  "hash hashed digest digested encrypted cipher ciphertext crypted sha md bcrypt tokenized salted",
);

/** Words that begin a question: `has_phone`. */
export const FLAG_WORDS: ReadonlySet<string> = words("is has can should need must use want count max min");

/** Words that begin an order: `send_email`, `provide_phone`. */
export const ORDER_WORDS: ReadonlySet<string> = words(
  `allow enable disable show hide require send skip ignore notify opt provide include exclude collect accept agree
   receive ask prevent prohibit convene`,
);

/** Words around a phrase that leave its meaning alone. */
export const NEUTRAL: ReadonlySet<string> = words(
  `number value text string complete cell landline business day evening night mob raw plain plaintext clear full primary secondary tertiary home work mobile office personal
   private business main alternate alt alternative other old new current previous prev original billing shipping
   delivery mailing line data field column formatted normalized normalised lower upper clean canonical local
   international intl latin kana kanji of de del di da du en es fr it pt nl native masked input snapshot copy backup
   list set array json electronic electronico a b c emergency given residential legal registered confidential
   sensitive pii phi unmasked search short long`,
);

/** Words before a phrase that qualify it without making it something else. */
export const LEADS: ReadonlySet<string> = words(
  `first last second third my your user customer person personal contact emergency next of kin home work private mobile
   primary secondary main own legal full formatted account company business bill ship sold shipped deliver to from for the
   request original final total current previous new old raw`,
);

/** Heads that keep a health fact a health fact: `allergy_flag`, `vaccine_type`, `hiv_status`. */
export const HEALTH_HEADS: ReadonlySet<string> = words(
  `flag indicator ind yn boolean status result type code name description severity level history list category stage
   date details detail text note source value concept positive negative test reason group kind score system class`,
);

/** When somebody is called, and how the number is written: `phone_daytime`, `phone_e164`. */
export const CALLED_AT: ReadonlySet<string> = words(
  "e daytime nighttime night nightly weekday weekend morning afternoon",
);
